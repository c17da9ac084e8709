import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { Token } from '#domain/kernel';

type Constructor<Arguments extends readonly never[] = never[], Instance = unknown> = new (
  ...dependencies: Arguments
) => Instance;

/** What may stand for a constructor's parameter: the token of its port, or the use case's own class. */
type Dependency<T> = Token<T> | (abstract new (...dependencies: never[]) => T);

type Dependencies<Parameters extends readonly unknown[]> = {
  readonly [Index in keyof Parameters]: Dependency<Parameters[Index]>;
};

/**
 * Binds a framework-free class to Nest's container under itself. The tokens are checked, one by one and in
 * order, against the constructor: a wrong, missing or misplaced one does not compile.
 */
export function provide<C extends Constructor>(
  useCase: C,
  dependencies: Dependencies<ConstructorParameters<C>>,
): FactoryProvider<InstanceType<C>> {
  return {
    provide: useCase,
    useFactory: (...resolved: ConstructorParameters<C>) => new useCase(...resolved) as InstanceType<C>,
    inject: [...(dependencies as readonly InjectionToken[])],
  };
}
