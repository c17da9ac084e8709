import type { FastifyReply } from 'fastify';
import { problemDocument, type Problem } from './problem.js';

/** RFC 6750, section 3.1: the error is named only to a client that did present a token. */
const CHALLENGES: Readonly<Record<string, string>> = {
  'invalid-token': 'Bearer error="invalid_token"',
  'session-ended': 'Bearer error="invalid_token"',
  'account-not-found': 'Bearer error="invalid_token"',
};

export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  if (problem.status === 401) reply.header('www-authenticate', CHALLENGES[problem.code] ?? 'Bearer');
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  reply.status(problem.status).type('application/problem+json').send(problemDocument(problem, requestId));
}
