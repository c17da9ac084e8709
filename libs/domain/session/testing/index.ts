export * from './readable-tokens.js';
export * from './session.mother.js';
export * from './session-events.contract.js';
export * from './session-store.contract.js';
export * from './sessions.contract.js';
