import { scrub } from './scrub.js';

export interface ErrorSummary {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  /** Where it happened, without the message that a stack repeats. */
  readonly frames: readonly string[];
  readonly cause?: ErrorSummary;
}

const MAX_FRAMES = 12;
const MAX_CAUSES = 3;

/**
 * What may be logged of an error. Drivers attach the query, its parameters and the offending row to theirs;
 * so the fields here are the only ones that leave.
 */
export function summariseError(error: unknown, depth = 0): ErrorSummary {
  if (!(error instanceof Error)) return { name: typeof error, message: scrub(String(error)), frames: [] };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' && { code: scrub(code) }),
    message: scrub(error.message),
    frames: framesOf(error.stack),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: summariseError(error.cause, depth + 1) }),
  };
}

export const framesOf = (stack: string | undefined): string[] =>
  (stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MAX_FRAMES);
