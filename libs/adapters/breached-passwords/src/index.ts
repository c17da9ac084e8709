export * from './breached-passwords.module.js';
export * from './list-file-breached-passwords.js';
export * from './range-api-breached-passwords.js';
