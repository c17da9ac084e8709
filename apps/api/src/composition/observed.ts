import type { FactoryProvider } from '@nestjs/common';
import { Metrics } from '#adapters/prometheus';

interface UseCase {
  execute(command: never): unknown;
}

type Command<U extends UseCase> = Parameters<U['execute']>[0];

/** Somebody who is told how each call of a use case ended, and must not throw. */
interface Observer<U extends UseCase> {
  succeeded(command: Command<U>, result: Awaited<ReturnType<U['execute']>>): void;
  failed?(command: Command<U>, error: unknown): void;
}

/** The use case as it is provided, with one of the metrics looking on: it counts, and the use case knows nothing of it. */
export function observed<U extends UseCase>(
  provider: FactoryProvider<U>,
  observerIn: (metrics: Metrics) => Observer<U>,
): FactoryProvider<U> {
  return {
    ...provider,
    inject: [Metrics, ...(provider.inject ?? [])],
    useFactory: async (metrics: Metrics, ...dependencies: unknown[]) =>
      observe(await provider.useFactory(...dependencies), observerIn(metrics)),
  };
}

function observe<U extends UseCase>(useCase: U, observer: Observer<U>): U {
  const execute = (command: Command<U>): unknown => {
    const result = useCase.execute(command) as Awaited<ReturnType<U['execute']>>;
    // What answers without a promise goes on doing so: it is on the hot path.
    if (!(result instanceof Promise)) {
      observer.succeeded(command, result);
      return result;
    }
    return result.then(
      (value: Awaited<ReturnType<U['execute']>>) => {
        observer.succeeded(command, value);
        return value;
      },
      (error: unknown) => {
        observer.failed?.(command, error);
        throw error;
      },
    );
  };
  return Object.assign(Object.create(useCase) as U, { execute });
}
