export * from './account-page.js';
export * from './dev-outbox-page.js';
export * from './eta-template-renderer.js';
export * from './setup-page.js';
export * from './templates.module.js';
