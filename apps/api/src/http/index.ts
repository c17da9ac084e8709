export { configureHttpApp, createHttpApp, httpAdapter, nestOptions } from './create-http-app.js';
export { HttpModule } from './http.module.js';
export { Lifecycle } from './operation/lifecycle.js';
export { READINESS_PROBES, type ReadinessProbe } from './operation/readiness.js';
