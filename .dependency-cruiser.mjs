/**
 * The dependency rules of the design. Each has a deliberately illegal fixture of the same name under
 * test/architecture/fixtures, which proves that it bites.
 */
const SPEC = String.raw`\.spec\.ts$`;
const NOT_PRODUCTION = [SPEC, '/testing/'];
const ENTRY = String.raw`/(src|testing)/index\.ts$`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'domain-knows-no-framework',
      comment: 'libs/domain imports itself and nothing else: no npm package, no Node module.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: NOT_PRODUCTION },
      to: { pathNot: ['^libs/', '^apps/'] },
    },
    {
      name: 'only-apps-import-adapters',
      comment:
        'The domain speaks to the world through its ports; only its specs see the in-memory adapters behind them.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: SPEC },
      to: { path: '^libs/adapters/' },
    },
    {
      name: 'nothing-imports-apps',
      comment: 'Dependencies point inward: apps, adapters, domain.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'An adapter can be replaced because no other one knows it.',
      severity: 'error',
      from: { path: '^libs/adapters/([^/]+)/' },
      to: { path: '^libs/adapters/', pathNot: '^libs/adapters/$1/' },
    },
    {
      name: 'contexts-meet-at-the-index',
      comment:
        "A context's index.ts is its public face; another context's use cases and models are not to be reached into.",
      severity: 'error',
      from: { path: '^libs/domain/([^/]+)/' },
      to: { path: '^libs/domain/', pathNot: ['^libs/domain/$1/', ENTRY] },
    },
    {
      name: 'libraries-are-entered-by-the-index',
      comment: 'The same for everyone outside: a library is its index.ts.',
      severity: 'error',
      from: { path: '^(apps|test|libs/adapters/([^/]+))/' },
      to: { path: '^libs/', pathNot: ['^libs/adapters/$2/', ENTRY] },
    },
    {
      name: 'layers-point-inward',
      comment: 'Inside a context: use cases know ports and models, ports know models, models know neither.',
      severity: 'error',
      from: { path: '^libs/domain/([^/]+)/src/(model|ports)/', pathNot: SPEC },
      to: { path: '^libs/domain/$1/src/(use-cases|services)/' },
    },
    {
      name: 'no-request-waits-for-elasticsearch',
      comment: 'It gets its copy from the worker: an API that cannot reach it cannot be slowed down by it.',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: { path: '^libs/adapters/elasticsearch/' },
    },
    {
      name: 'production-imports-no-tests',
      comment: 'Contract suites, object mothers and specs stay out of what is shipped.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: NOT_PRODUCTION },
      to: { path: ['^test/', ...NOT_PRODUCTION] },
    },
    {
      name: 'production-uses-production-packages',
      comment: 'What is shipped is installed without devDependencies, and every package it uses is declared.',
      severity: 'error',
      from: { path: '^(apps|libs/adapters)/', pathNot: NOT_PRODUCTION },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module, or miss a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nobody uses and that uses nobody is left over.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [SPEC, String.raw`/main\.ts$`, String.raw`\.d\.ts$`, '^test/support/.+-reporter'],
      },
      to: {},
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere cannot be judged by the other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/architecture/fixtures/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['gatehouse-source', 'import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
