export * from './crypto.module.js';
export * from './csrf-tokens.js';
export * from './ed25519-audit-seals.js';
export * from './jwt-access-tokens.js';
export * from './sealed-box.js';
export * from './server-key.js';
export * from './signing-keys.js';
export * from './system.js';
