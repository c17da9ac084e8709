import { expect } from '@jest/globals';
import type { Response } from 'supertest';

const STACK = /\bat .+:\d+:\d+|node_modules|\.(ts|js):\d|Error:|FST_ERR|SyntaxError|QueryFailed/;

/** A refusal as the API promises it (RFC 9457): what to do about it, and nothing about how it came about. */
export function expectProblem(response: Response, status: number | readonly number[], code?: string): void {
  const seen = { status: response.status, type: response.type, body: response.text.slice(0, 500) };
  expect({ ...seen, expected: [status].flat() }).toMatchObject({ type: 'application/problem+json' });
  const problem = JSON.parse(response.text);
  expect(problem).toMatchObject({
    type: `urn:gatehouse:problem:${problem.code}`,
    status: response.status,
    title: expect.any(String),
    detail: expect.any(String),
    code: code ?? expect.stringMatching(/^[a-z]+(-[a-z\d]+)*$/),
    requestId: response.headers['x-request-id'],
  });
  expect([status].flat()).toContain(response.status);
  expect(response.text).not.toMatch(STACK);
  expect(response.text.length).toBeLessThan(8_192);
}
