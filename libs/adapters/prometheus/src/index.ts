export { UNMATCHED } from './http-metrics.js';
export { Metrics } from './metrics.js';
export { MetricsServer } from './metrics-server.js';
export { carriesToken } from './scrape-permit.js';
export { type Route } from './route-duration.js';
