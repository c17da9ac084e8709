export * from './password-strength.module.js';
export * from './zxcvbn-password-strength.js';
