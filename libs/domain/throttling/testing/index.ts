export * from './shared-address-blocks.contract.js';
export * from './shared-rate-limiter.contract.js';
