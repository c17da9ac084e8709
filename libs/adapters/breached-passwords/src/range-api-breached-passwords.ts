import type { BreachCheck, BreachedPasswords } from '#domain/credentials';
import { seconds, type Secret } from '#domain/kernel';
import { sha1Hex } from './sha1-hex.js';

export interface RangeApiOptions {
  /** Of a service that speaks the range API of Have I Been Pwned. */
  readonly baseUrl: string;
  /** Told why the service could not be asked, for the log. */
  readonly onUnavailable: (reason: string) => void;
  /** Milliseconds for the whole answer; somebody waits for it. */
  readonly timeout?: number;
}

const PREFIX_LENGTH = 5;
/** Bytes. An answer has about a thousand lines of forty. */
const MAX_ANSWER = 262_144;

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
    const response = await fetch(`${this.#base}/range/${prefix}`, {
      headers: { 'add-padding': 'true', 'user-agent': 'gatehouse', accept: 'text/plain' },
      // Where the configuration points is where the question goes.
      redirect: 'error',
      signal: AbortSignal.timeout(this.options.timeout ?? seconds(2)),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`answered ${response.status}`);
    }
    return textWithin(response, MAX_ANSWER);
  }
}

/** Lines of `suffix:count`; padding has a count of zero. */
function names(answer: string, suffix: string): boolean {
  const line = answer.split(/\r?\n/).find((each) => each.toUpperCase().startsWith(`${suffix}:`));
  return line !== undefined && Number(line.slice(suffix.length + 1)) > 0;
}

async function textWithin(response: Response, maximum: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, length] = ['', 0];
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maximum) throw new Error('answered too much');
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}
