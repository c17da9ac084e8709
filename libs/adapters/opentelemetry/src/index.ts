export { type OpenTelemetrySpan } from './open-telemetry-span.js';
export {
  OpenTelemetryTracing,
  type RequestDescription,
  type TracingOptions,
} from './open-telemetry-tracing.js';
