import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const eslint = new ESLint({ cwd: root });
const RULES = ['no-restricted-globals', '@typescript-eslint/no-restricted-imports'];

/** What the lint of the project says of a line in a file, as far as ways out of the process are concerned. */
async function complaintsAbout(line: string, path: string): Promise<readonly (string | null)[]> {
  const config = (await eslint.calculateConfigForFile(join(root, path))) as Linter.Config;
  const { plugins, languageOptions, rules = {} } = config;
  const { globals, parser } = (languageOptions ?? {}) as Readonly<Record<string, object | undefined>>;
  const own = Object.fromEntries(RULES.flatMap((rule) => (rules[rule] ? [[rule, rules[rule]]] : [])));
  const messages = new Linter().verify(line, {
    plugins: plugins ?? {},
    languageOptions: { ...(globals && { globals }), ...(parser && { parser }) },
    rules: own,
  });
  return messages.map(({ ruleId }) => ruleId);
}

describe('A request to a URL of settings or users', () => {
  it.each([
    "await fetch('http://[::1]/');",
    "new WebSocket('ws://[::1]/');",
    "import { request } from 'undici'; request;",
    "import axios from 'axios'; axios;",
    "import https from 'node:https'; https;",
    "import { get } from 'http'; get;",
    "import { createServer, request } from 'node:http'; createServer; request;",
    "import { connect } from 'node:net'; connect;",
  ])('is made by the guarded client only, not by %s', async (line) => {
    for (const path of ['libs/adapters/smtp/src/a.ts', 'apps/api/src/a.ts', 'apps/worker/src/a.ts']) {
      expect(await complaintsAbout(line, path)).toHaveLength(1);
    }
    expect(await complaintsAbout(line, 'libs/adapters/outbound-http/src/a.ts')).toEqual([]);
  });

  it.each([
    "import { createServer, type ClientRequest } from 'node:http'; createServer; export type A = ClientRequest;",
    "import { isIP, type Socket } from 'node:net'; isIP; export type A = Socket;",
  ])('is not what a server is made of: %s', async (line) => {
    expect(await complaintsAbout(line, 'apps/api/src/a.ts')).toEqual([]);
  });
});
