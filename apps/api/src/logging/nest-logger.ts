import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';
import { framesOf, summariseError } from './error-summary.js';
import { LogFields } from './log-fields.js';
import type { Logger } from './logger.js';
import { scrub } from './scrub.js';

type Level = 'debug' | 'error' | 'fatal' | 'info' | 'trace' | 'warn';

/** Names under which Nest reports each module, route and provider that it starts. */
const START_UP = new Set([
  'InstanceLoader',
  'NestFactory',
  'NestApplication',
  'RoutesResolver',
  'RouterExplorer',
]);

/** Lets Nest, and whatever logs through Nest's `Logger`, write to the one log of this process. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  /** Nest passes the context last and, to `error`, a stack before it. */
  #write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = rest.findLast((value) => typeof value === 'string' && !value.includes('\n'));
    if (message instanceof LogFields) {
      this.logger[level]({ context, ...message.fields }, message.text);
      return;
    }
    const stack = rest.find((value) => typeof value === 'string' && value.includes('\n    at '));
    const isStartUp = level === 'info' && typeof context === 'string' && START_UP.has(context);
    const error =
      message instanceof Error
        ? summariseError(message)
        : typeof stack === 'string'
          ? { frames: framesOf(stack) }
          : undefined;
    this.logger[isStartUp ? 'debug' : level]({ context, error }, textOf(message));
  }
}

const textOf = (message: unknown): string =>
  scrub(
    message instanceof Error ? message.message : typeof message === 'string' ? message : inspect(message),
  );
