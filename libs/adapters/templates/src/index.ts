export * from './dev-outbox-page.js';
export * from './eta-template-renderer.js';
export * from './templates.module.js';
