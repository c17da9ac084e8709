/**
 * One configuration for every layer. SWC strips the types (the type check is `npm run typecheck`),
 * and the package's own `imports` map resolves `#domain/...` to the sources.
 */
const layer = (displayName, testMatch, options = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
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
  projects: [
    layer('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts']),
    layer('integration', ['<rootDir>/test/integration/**/*.spec.ts'], withPostgres),
    layer('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], withPostgres),
    layer('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
  ],
};
