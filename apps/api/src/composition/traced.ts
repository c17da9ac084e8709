import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { inSpan, TRACING, type SpanOptions, type Tracing } from '#domain/kernel';

type MethodOf<T> = {
  [Name in keyof T]: T[Name] extends (...given: never[]) => Promise<unknown> ? Name : never;
}[keyof T] &
  string;

/** To be injected; undefined where nothing is traced. */
export const OPTIONAL_TRACING = { token: TRACING as InjectionToken, optional: true };

/** What is provided, with one of its methods as a piece of work in a trace. */
export const traced = <T extends object>(
  provider: FactoryProvider<T>,
  method: MethodOf<T>,
  name: string,
): FactoryProvider<T> => ({
  ...provider,
  inject: [OPTIONAL_TRACING, ...(provider.inject ?? [])],
  useFactory: async (tracing: Tracing | undefined, ...dependencies: unknown[]) =>
    asWork(tracing, await provider.useFactory(...dependencies), method, name),
});

/**
 * The same object, of which one method is from now on a piece of work in a trace: a part of what its caller is doing,
 * or else the beginning of one. Where nothing is traced it is left as it is.
 */
export function asWork<T extends object>(
  tracing: Tracing | undefined,
  object: T,
  method: MethodOf<T>,
  name: string,
  options: SpanOptions = {},
): T {
  if (!tracing) return object;
  const call = (object[method] as (...given: unknown[]) => Promise<unknown>).bind(object);
  return Object.assign(object, {
    [method]: (...given: unknown[]) => {
      const span = tracing.active() ? tracing.start(name, options) : tracing.begin(name, options);
      return inSpan(tracing, span, () => call(...given));
    },
  });
}
