export * from './administrators.contract.js';
export * from './role-events.contract.js';
export * from './role.mother.js';
export * from './roles.contract.js';
export * from './setup-tokens.contract.js';
