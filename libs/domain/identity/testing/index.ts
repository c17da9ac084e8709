export * from './account-search.contract.js';
export * from './accounts.contract.js';
export * from './canonical-identifier-parser.js';
export * from './user.mother.js';
