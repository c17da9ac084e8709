import type { BreachCheck, BreachedPasswords } from '#domain/credentials';
import { seconds, type Secret } from '#domain/kernel';
import { sha1Hex } from './sha1-hex.js';

/** The way out. It bounds time, size and where an answer may come from; `status` is of the first one. */
export type HttpGet = (request: {
  readonly method: 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
}) => Promise<{ readonly status: number; readonly body: string }>;

export interface RangeApiOptions {
  /** Of a service that speaks the range API of Have I Been Pwned. */
  readonly baseUrl: string;
  /** Told why the service could not be asked, for the log. */
  readonly onUnavailable: (reason: string) => void;
  readonly get: HttpGet;
}

const PREFIX_LENGTH = 5;
/** Somebody waits for it. */
const TIMEOUT = seconds(2);

/**
 * Asks by k-anonymity: the service learns five of forty digits of the hash, which a thousand breached passwords
 * share, and padding hides from the network how many those are.
 */
export class RangeApiBreachedPasswords implements BreachedPasswords {
  readonly #base: string;

  constructor(private readonly options: RangeApiOptions) {
    this.#base = options.baseUrl.replace(/\/$/, '');
  }

  async check(password: Secret): Promise<BreachCheck> {
    const hash = sha1Hex(password.expose());
    try {
      const answer = await this.#ask(hash.slice(0, PREFIX_LENGTH));
      return names(answer, hash.slice(PREFIX_LENGTH)) ? 'breached' : 'not-found';
    } catch (error) {
      this.options.onUnavailable((error as Error).message);
      return 'unavailable';
    }
  }

  async #ask(prefix: string): Promise<string> {
    const { status, body } = await this.options.get({
      method: 'GET',
      url: `${this.#base}/range/${prefix}`,
      headers: { 'add-padding': 'true', 'user-agent': 'gatehouse', accept: 'text/plain' },
      timeout: TIMEOUT,
    });
    if (status !== 200) throw new Error(`answered ${status}`);
    return body;
  }
}

/** Lines of `suffix:count`; padding has a count of zero. */
function names(answer: string, suffix: string): boolean {
  const line = answer.split(/\r?\n/).find((each) => each.toUpperCase().startsWith(`${suffix}:`));
  return line !== undefined && Number(line.slice(suffix.length + 1)) > 0;
}
