export * from './dashboards.js';
export * from './kibana-setup.js';
export * from './panel.js';
export * from './saved-objects.js';
export * from './searches.js';
