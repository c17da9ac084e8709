import { availableParallelism } from 'node:os';

/**
 * One configuration for every layer. SWC strips the types (the type check is `npm run typecheck`),
 * and the package's own `imports` map resolves `#domain/...` to the sources.
 */
const layer = (displayName, testMatch, options = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/nest-first.mjs'],
  testEnvironmentOptions: { customExportConditions: ['gatehouse-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)(?<!\\.json)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  ...options,
});

/** PostgreSQL for the run. Jest starts it only when a spec of such a layer is about to run. */
const withPostgres = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  // Two even on two cores: specs spend most of their time waiting for a server.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Only to end what hangs: a busy machine must fail nothing.
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.mjs'],
  projects: [
    layer('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts']),
    layer('integration', ['<rootDir>/test/integration/**/*.spec.ts'], withPostgres),
    layer('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], withPostgres),
    layer('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
  ],
};
