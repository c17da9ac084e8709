export * from './auth-log.js';
export * from './auth-log-template.js';
export * from './elasticsearch-auth-logs.js';
export * from './elasticsearch-client.js';
export * from './elasticsearch-setup.js';
export * from './kibana/index.js';
export { setbackOf } from './setbacks.js';
