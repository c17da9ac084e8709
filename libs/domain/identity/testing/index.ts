export * from './accounts.contract.js';
export * from './user.mother.js';
