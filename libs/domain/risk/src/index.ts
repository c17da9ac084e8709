export * from './model/place.js';
export * from './model/risk-reason.js';
export * from './model/risk-weights.js';
export * from './model/sign-in-signals.js';
export * from './ports/address-reputation.port.js';
export * from './ports/geo-reader.port.js';
export * from './services/risk-assessor.js';
