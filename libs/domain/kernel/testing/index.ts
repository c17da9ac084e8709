export * from './domain-event.mother.js';
export * from './fixed-clock.js';
export * from './instants.js';
export * from './outcomes.js';
export * from './request-origin.mother.js';
export * from './sequential-ids.js';
