export * from './audit-chain.contract.js';
export * from './audit-cursors.contract.js';
export * from './audit-event.mother.js';
export * from './audit-feed.contract.js';
export * from './audit-log.contract.js';
export * from './test-auth-logs.js';
export * from './test-seals.js';
export * from './trail-row.mother.js';
