import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLogger, LogFields, NestLogger, summariseError } from './index.js';
import { scrub } from './scrub.js';

function capture(): { lines: () => Record<string, unknown>[]; nest: NestLogger } {
  const written: string[] = [];
  const logger = createLogger({ logLevel: 'trace' }, { write: (line) => void written.push(line) });
  return {
    nest: new NestLogger(logger),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('scrubbing foreign text', () => {
  it.each([
    ['an email address', 'Key (value)=(ada@example.com) already exists'],
    ['a phone number', 'To number +14155552671 is not valid'],
    ['a grouped phone number', 'called +1 (415) 555-2671'],
    ['a code', 'expected 482913'],
    ['a JWT', `bad ${'eyJhbGciOiJFUzI1NiJ9'.repeat(2)}.eyJzdWIiOiIxIn0.c2ln`],
    ['a refresh token', 'ghr_AZr3xYz1AZr3xYz1AZr3xYz1AZr3xYz1'],
    ['a password in a URL', 'connect postgres://user:hunter2@db.example/x'],
  ])('takes out %s', (_what, text) => {
    for (const secret of ['ada@', '5552671', '482913', 'eyJ', 'AZr3', 'hunter2', '555-2671']) {
      expect(scrub(text)).not.toContain(secret);
    }
  });

  it('keeps what people need to read', () => {
    const text = 'relation "gatehouse.user_identifiers_kind_value" does not exist at 127.0.0.1:5432 (42P01)';
    expect(scrub(text)).toBe(text);
  });

  it('leaves no six digits in a row, whatever surrounds them', () => {
    const digits = fc.stringMatching(/^\d{6}$/);
    fc.assert(
      fc.property(fc.string(), digits, fc.string(), (before, code, after) => {
        expect(scrub(before + code + after)).not.toMatch(/\d{6}/);
      }),
    );
  });

  it.each(['@', 'a', '1', 'a1-', '1 ', '.', 'a.'])('is not held up by 50 kB of %j', (unit) => {
    const start = performance.now();
    scrub(unit.repeat(50_000));
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('an error in the log', () => {
  it('leaves behind what drivers attach: the query, its parameters, the row', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key=(ada@example.com)',
    });
    const error = Object.assign(new Error('QueryFailedError', { cause }), {
      query: 'INSERT ...',
      parameters: ['ada@example.com'],
    });
    const summary = summariseError(error);
    expect(summary).toMatchObject({ name: 'Error', cause: { code: '23505', message: 'duplicate key' } });
    expect(JSON.stringify(summary)).not.toContain('ada@example.com');
    expect(summary.frames[0]).toMatch(/^at /);
  });

  it('ends with a chain of causes that does not', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(JSON.stringify(summariseError(error))).toHaveLength(JSON.stringify(summariseError(error)).length);
  });

  it('may be anything that was thrown', () => {
    expect(summariseError('code 482913')).toEqual({ name: 'string', message: 'code [number]', frames: [] });
    expect(summariseError(undefined)).toMatchObject({ name: 'undefined' });
  });
});

describe('the log that Nest writes to', () => {
  it('is JSON with time, level, context and text', () => {
    const { nest, lines } = capture();
    nest.warn('not answering', 'Redis');
    expect(lines()).toEqual([
      { level: 'warn', time: expect.any(String), context: 'Redis', msg: 'not answering' },
    ]);
  });

  it('writes fields of our own as they are', () => {
    const { nest, lines } = capture();
    const checkpoint = `17.${'AZr3xYz1'.repeat(5)}`;
    nest.log(new LogFields('audit checkpoint', { checkpoint }), 'AuditSealing');
    expect(lines()).toMatchObject([
      { level: 'info', context: 'AuditSealing', checkpoint, msg: 'audit checkpoint' },
    ]);
  });

  it('turns errors and stacks into named fields', () => {
    const { nest, lines } = capture();
    nest.error(new TypeError('broken for ada@example.com'), 'Worker');
    nest.error('broken', new Error('x').stack, 'Worker');
    const [first, second] = lines();
    expect(first).toMatchObject({
      context: 'Worker',
      msg: 'broken for [address]',
      error: { name: 'TypeError' },
    });
    expect(second).toMatchObject({ context: 'Worker', msg: 'broken', error: { frames: expect.any(Array) } });
  });

  it('keeps the start-up chatter for those who ask for it', () => {
    const { nest, lines } = capture();
    nest.log('Mapped {/health, GET} route', 'RouterExplorer');
    nest.log('hello', 'Gatehouse');
    expect(lines().map(({ level }) => level)).toEqual(['debug', 'info']);
  });
});
