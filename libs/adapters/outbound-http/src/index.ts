export * from './outbound-error.js';
export * from './outbound-http.js';
