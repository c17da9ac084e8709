export * from './resilient-message-sender.js';
