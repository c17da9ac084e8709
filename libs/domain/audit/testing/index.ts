export * from './audit-chain.contract.js';
export * from './audit-event.mother.js';
export * from './audit-log.contract.js';
export * from './test-seals.js';
export * from './trail-row.mother.js';
