export * from './smtp-email-sender.js';
export * from './smtp.module.js';
