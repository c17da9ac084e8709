export * from './account-imports.contract.js';
