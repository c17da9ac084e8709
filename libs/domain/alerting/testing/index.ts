export * from './alert.mother.js';
export * from './alerts.contract.js';
export * from './raise-alerts.contract.js';
