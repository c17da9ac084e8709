export * from './audit-event.mother.js';
