import { destination as fileDestination, pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/index.js';

export type { Logger } from 'pino';

/**
 * One JSON object per line on standard output. Lines are gathered for a moment: at thousands of requests a
 * second, a write for each would cost as much as the request.
 */
export function createLogger(
  { logLevel }: Pick<Config, 'logLevel'>,
  destination?: DestinationStream,
): Logger {
  const logger = pino(
    {
      level: logLevel,
      base: null,
      timestamp: isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination ?? fileDestination({ dest: 1, sync: true, minLength: 4_096, periodicFlush: 100 }),
  );
  if (!destination) process.once('exit', () => logger.flush());
  return logger;
}

let lastInstant = 0;
let lastText = '';

/** Formatting a date takes longer than the rest of a line, and many lines share a millisecond. */
function isoTime(): string {
  const now = Date.now();
  if (now !== lastInstant) {
    lastInstant = now;
    lastText = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastText;
}
