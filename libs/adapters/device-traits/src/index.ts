export * from './user-agent-device-traits.js';
