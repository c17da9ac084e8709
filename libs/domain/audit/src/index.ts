export * from './model/audit-event.js';
export * from './ports/audit-trail.port.js';
