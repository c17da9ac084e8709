import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier/flat';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What Node offers every module, as far as our scripts use it. */
const NODE_GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Buffer',
  'URL',
  'clearInterval',
  'clearTimeout',
  'console',
  'fetch',
  'performance',
  'process',
  'setInterval',
  'setTimeout',
];

const IN_THE_DOMAIN = 'The domain does no I/O and knows no runtime: take it through a port.';
const TIME_IN_THE_DOMAIN = 'Time comes from the Clock port, and so stands still in tests.';

const BY_THE_GUARD =
  'A request to a URL of settings or users goes through OutboundHttp (#adapters/outbound-http).';

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.gatehouse/', 'test/architecture/fixtures/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An async method without await still turns what it throws into a rejection, which its port promises.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['libs/domain/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Buffer', 'console', 'crypto', 'fetch', 'global', 'globalThis', 'performance', 'process'].map(
          (name) => ({
            name,
            message: IN_THE_DOMAIN,
          }),
        ),
        ...['setImmediate', 'setInterval', 'setTimeout'].map((name) => ({
          name,
          message: TIME_IN_THE_DOMAIN,
        })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: TIME_IN_THE_DOMAIN },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: TIME_IN_THE_DOMAIN,
        },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: IN_THE_DOMAIN },
      ],
    },
  },
  {
    files: ['libs/adapters/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'An adapter is handed its settings; only apps read the environment.',
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/adapters/*/src/**/*.ts'],
    ignores: [
      '**/*.spec.ts',
      'libs/adapters/outbound-http/**',
      // Each speaks to one service of the operator's, in the words of its SDK or once, from the command line.
      'libs/adapters/twilio/src/twilio-http-client.ts',
      'libs/adapters/elasticsearch/src/kibana/kibana-setup.ts',
      // The connection to the database, which node-postgres makes.
      'libs/adapters/typeorm/src/guarded-socket.ts',
    ],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['EventSource', 'WebSocket', 'XMLHttpRequest', 'fetch'].map((name) => ({
          name,
          message: BY_THE_GUARD,
        })),
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            ...['axios', 'got', 'ky', 'node-fetch', 'superagent', 'undici'].map((name) => ({ name })),
            ...['http2', 'https', 'tls'].flatMap((name) => [{ name }, { name: `node:${name}` }]),
            ...['http', 'node:http'].map((name) => ({
              name,
              importNames: ['Agent', 'ClientRequest', 'default', 'get', 'globalAgent', 'request'],
            })),
            ...['net', 'node:net'].map((name) => ({
              name,
              importNames: ['Socket', 'connect', 'createConnection', 'default'],
            })),
          ].map((path) => ({ ...path, message: BY_THE_GUARD, allowTypeImports: true })),
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.contract.ts', 'test/**/*.ts'],
    rules: {
      // What a response body holds is what the test is there to find out.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])) },
  },
  {
    files: ['scripts/**', 'bin/**', 'apps/cli/**', 'test/support/**', 'test/load/**'],
    rules: { 'no-console': 'off' },
  },
  prettier,
);
