export * from './redis-adapter.module.js';
export * from './redis-address-blocks.js';
export * from './redis-circuit.js';
export * from './redis-connection.js';
export * from './redis-health.js';
export * from './redis-rate-limiter.js';
export * from './redis-session-events.js';
export * from './redis-url.js';
