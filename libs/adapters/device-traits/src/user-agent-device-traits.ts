import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { RequestOrigin } from '#domain/kernel';
import type { DeviceTraits, TraitsOfDevice } from '#domain/session';

/** The same few clients sign in again and again, and reading one of them takes twenty microseconds. */
const REMEMBERED = 1_000;
const MAX_PRODUCT_LENGTH = 40;

const KNOWN_BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));

/** What a User-Agent starts with (RFC 9110, 10.1.5); browsers all call themselves by the name of the first one. */
const PRODUCT = /^[\w!#$%&'*+.^`|~-]+/;
const BROWSER_PRODUCTS: ReadonlySet<string> = new Set(['Mozilla', 'Opera']);

/** How Android's own HTTP client names itself, whatever the app is. */
const ANDROID_RUNTIME = 'Dalvik';

/** Reads devices from two headers that every client sends anyway: User-Agent and Accept-Language. */
export class UserAgentDeviceTraits implements DeviceTraits {
  readonly #known = new LRUCache<string, TraitsOfDevice>({ max: REMEMBERED });

  describe({ userAgent, languages = '' }: RequestOrigin): TraitsOfDevice {
    const shown = `${languages}\n${userAgent}`;
    const known = this.#known.get(shown);
    if (known) return known;
    const traits = traitsOf(userAgent, languages);
    this.#known.set(shown, traits);
    return traits;
  }
}

function traitsOf(userAgent: string, languages: string): TraitsOfDevice {
  // It takes no empty text.
  const agent = Bowser.getParser(userAgent || '-');
  const client = clientOf(userAgent, agent);
  const system = agent.getOSName();
  const traits = [client, system, agent.getPlatformType(), primaryLanguage(languages)];
  return Object.freeze({
    fingerprint: createHash('sha256').update(traits.join('\n')).digest('base64url').slice(0, 22),
    name:
      client === ANDROID_RUNTIME
        ? 'Android app'
        : [client || 'Unknown client', system].filter(Boolean).join(' on '),
  });
}

function clientOf(userAgent: string, agent: Bowser.Parser.Parser): string {
  const product = productOf(userAgent);
  if (!BROWSER_PRODUCTS.has(product)) return product;
  const browser = agent.getBrowserName();
  // Of one that it does not know, it repeats what the client wrote.
  return KNOWN_BROWSERS.has(browser) ? browser : productOf(browser) || 'Browser';
}

const productOf = (text: string): string => PRODUCT.exec(text)?.[0].slice(0, MAX_PRODUCT_LENGTH) ?? '';

/** The first one, without its region: `pt` of `pt-BR,en;q=0.8`. */
const primaryLanguage = (languages: string): string =>
  /^\s*([a-z]{2,3})\b/i.exec(languages)?.[1]?.toLowerCase() ?? '';
