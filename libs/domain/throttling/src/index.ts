export * from './model/throttling-policy.js';
export * from './model/token-bucket.js';
export * from './ports/address-blocks.port.js';
export * from './ports/rate-limiter.port.js';
export * from './use-cases/admit-request.use-case.js';
export * from './services/audit-address-blocks.js';
