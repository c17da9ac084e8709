export * from './delivery-log.contract.js';
export * from './dev-outbox.contract.js';
export * from './message.mother.js';
export * from './scripted-sender.js';
