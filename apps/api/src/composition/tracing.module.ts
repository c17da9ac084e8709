import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import type { OpenTelemetryTracing } from '#adapters/opentelemetry';
import { TRACING } from '#domain/kernel';
import type { Config } from '../config/index.js';

/** Loads OpenTelemetry where the configuration says where traces go; anywhere else none of it is so much as read. */
export async function startTracing(
  { tracing: { endpoint, headers, ratio, serviceName } }: Config,
  program: string,
): Promise<OpenTelemetryTracing | null> {
  if (endpoint === undefined) return null;
  const { OpenTelemetryTracing } = await import('#adapters/opentelemetry');
  const manifest = await readFile(findPackageJSON(import.meta.url) ?? '', 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const logger = new Logger('Traces');
  return new OpenTelemetryTracing({
    endpoint,
    headers,
    ratio,
    serviceName: serviceName ?? program,
    serviceVersion: version,
    onTrouble: (message) => logger.warn(message),
  });
}

/** For what asks the container, which also tells it of the end. */
@Module({})
export class TracingModule {
  static register(traces: OpenTelemetryTracing): DynamicModule {
    return {
      module: TracingModule,
      global: true,
      providers: [{ provide: TRACING, useValue: traces }],
      exports: [TRACING],
    };
  }
}
