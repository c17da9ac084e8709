export * from './password-hashing.module.js';
export * from './queued-password-hasher.js';
