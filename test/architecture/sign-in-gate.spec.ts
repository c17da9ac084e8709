import { beforeAll, describe, expect, it } from '@jest/globals';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const session = 'libs/domain/session/src';

/** Where production code may mention what leads to a session. */
interface Rule {
  readonly what: string;
  readonly declaredIn: string;
  readonly type: string;
  readonly member: string;
  readonly allowed: (file: string, mentions: (type: string, member: string) => boolean) => boolean;
  /** A way around that the rule must see. */
  readonly illegal: string;
}

const only =
  (...files: readonly string[]): Rule['allowed'] =>
  (file) =>
    files.includes(file);
const isAdapter = (file: string): boolean => file.startsWith('libs/adapters/');

const RULES: readonly Rule[] = [
  {
    what: 'opens a session but the gate',
    declaredIn: `${session}/model/session.entity.ts`,
    type: 'Session',
    member: 'open',
    allowed: only(`${session}/services/sign-in-gate.ts`),
    illegal: `
      import { Session } from '#domain/session';
      const { open: start } = Session;
      export const bypass = () => start;`,
  },
  {
    what: 'brings a session to life from its parts but the stores that read it',
    declaredIn: `${session}/model/session.entity.ts`,
    type: 'Session',
    member: 'restore',
    allowed: isAdapter,
    illegal: `
      import { Session, type SessionState } from '#domain/session';
      export const bypass = (state: SessionState) => Session['restore']({ ...state, id: 'x' });`,
  },
  {
    what: 'stores a session but the gate',
    declaredIn: `${session}/ports/sessions.port.ts`,
    type: 'Sessions',
    member: 'insert',
    allowed: (file) => file === `${session}/services/sign-in-gate.ts` || isAdapter(file),
    illegal: `
      import type { Session, SignInTx } from '#domain/session';
      export const bypass = ({ sessions: { insert } }: SignInTx, found: Session) => insert(found);`,
  },
  {
    what: 'makes tokens for a session but what came through the gate, or a rotation',
    declaredIn: `${session}/services/token-grants.ts`,
    type: 'TokenGrants',
    member: 'issue',
    allowed: (file, mentions) =>
      file === `${session}/use-cases/refresh-session.use-case.ts` ||
      (mentions('SignInGate', 'candidate') && mentions('SignInGate', 'admit')),
    illegal: `
      import type { SessionState, TokenGrants } from '#domain/session';
      export const bypass = (grants: TokenGrants, state: SessionState) => grants.issue(state, ['admin']);`,
  },
  {
    what: 'signs an access token but the grants',
    declaredIn: `${session}/ports/tokens.port.ts`,
    type: 'AccessTokens',
    member: 'issue',
    allowed: (file) => file === `${session}/services/token-grants.ts` || isAdapter(file),
    illegal: `
      import type { AccessClaims, AccessTokens } from '#domain/session';
      export const bypass = (tokens: AccessTokens, claims: AccessClaims) => tokens.issue(claims);`,
  },
  {
    what: 'derives a refresh token but the grants',
    declaredIn: `${session}/ports/tokens.port.ts`,
    type: 'RefreshTokens',
    member: 'issue',
    allowed: (file) => file === `${session}/services/token-grants.ts` || isAdapter(file),
    illegal: `
      import type { RefreshReference, RefreshTokens } from '#domain/session';
      export const bypass = (tokens: RefreshTokens, of: RefreshReference) => tokens.issue(of);`,
  },
];

const GATE = [`${session}/services/sign-in-gate.ts`, 'SignInGate'] as const;
const BYPASS = 'libs/domain/otp/src/use-cases/bypass.use-case.ts';
const isProduction = (file: string): boolean =>
  /^(apps|libs)\//.test(file) && !/\.spec\.ts$|\/testing\//.test(file);

/** The sources as the compiler understands them, with room for one file that is not there. */
class Sources {
  readonly #files: readonly string[];
  readonly #service: ts.LanguageService;
  #bypass = 'export {};';
  #version = 0;

  constructor() {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.#files = [...fileNames.filter((file) => isProduction(relative(root, file))), join(root, BYPASS)];
    const isBypass = (file: string): boolean => file === join(root, BYPASS);
    const read = (file: string): string | undefined =>
      isBypass(file) ? this.#bypass : ts.sys.readFile(file);
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...this.#files],
      getScriptVersion: (file) => (isBypass(file) ? String(this.#version) : '0'),
      getScriptSnapshot: (file) => {
        const text = read(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (file) => isBypass(file) || ts.sys.fileExists(file),
      readFile: read,
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    });
  }

  plant(code: string): void {
    this.#bypass = code;
    this.#version++;
  }

  /** The production files that mention a member, by whatever name and in whatever way they reach it. */
  mentioning(declaredIn: string, type: string, member: string): ReadonlySet<string> {
    const file = join(root, declaredIn);
    const source = this.#service.getProgram()?.getSourceFile(file);
    const declaration = source?.statements
      .filter((statement) => ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement))
      .find(({ name }) => name?.text === type)
      ?.members.find(({ name }) => name?.getText(source) === member)?.name;
    if (!source || !declaration) throw new Error(`${type}.${member} is no longer declared in ${declaredIn}`);
    const symbols = this.#service.findReferences(file, declaration.getStart(source)) ?? [];
    const files = symbols
      .flatMap(({ references }) => references)
      .filter(
        (reference) =>
          reference.fileName !== file || reference.textSpan.start !== declaration.getStart(source),
      )
      .map(({ fileName }) => relative(root, fileName));
    return new Set(files.filter(isProduction));
  }

  violations({ declaredIn, type, member, allowed }: Rule): string[] {
    return [...this.mentioning(declaredIn, type, member)].filter(
      (file) =>
        !allowed(file, (gate, method) => gate === GATE[1] && this.mentioning(...GATE, method).has(file)),
    );
  }

  matching(pattern: RegExp): string[] {
    const program = this.#service.getProgram();
    return this.#files
      .filter((file) => pattern.test(program?.getSourceFile(file)?.text ?? ''))
      .map((file) => relative(root, file));
  }
}

describe('The gate', () => {
  let sources: Sources;
  beforeAll(() => void (sources = new Sources()));

  it.each(RULES)(
    'is the one way: nothing $what',
    (rule) => {
      expect(sources.violations(rule)).toEqual([]);
    },
    60_000,
  );

  it.each(RULES)('has a guard that bites when something else $what', (rule) => {
    sources.plant(rule.illegal);
    expect(sources.violations(rule)).toEqual([BYPASS]);
  });

  it('is not gone around in SQL: one file writes sessions, and none brings an ended one back', () => {
    const inserting = /\binsert\s+into\s+(gatehouse\.)?sessions\b/i;
    const reviving = /\brevoked_at\s*=\s*null\b/i;
    const store = 'libs/adapters/typeorm/src/stores/postgres-sessions.ts';
    sources.plant('export {};');
    expect([sources.matching(inserting), sources.matching(reviving)]).toEqual([[store], []]);
    sources.plant('`INSERT INTO gatehouse.sessions VALUES ()`; `UPDATE sessions SET revoked_at = NULL`;');
    expect([sources.matching(inserting), sources.matching(reviving)]).toEqual([[store, BYPASS], [BYPASS]]);
  });
});
