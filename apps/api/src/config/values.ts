import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseRedisUrl } from '#adapters/redis';
import { Secret } from '#domain/kernel';
import { DEFAULT_RISK_WEIGHTS, RISK_REASONS, type RiskReason, type RiskWeights } from '#domain/risk';

/**
 * The kinds of values that settings have, each read from the text that a person wrote. Messages complete the
 * sentence "NAME must be ..." and never repeat the value, which may be a secret in the wrong place.
 */

export const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text) && +text >= minimum && +text <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    })
    .transform(Number);

export const integerOr = <Word extends string, Meaning>(
  word: Word,
  meaning: Meaning,
  minimum: number,
  maximum: number,
) =>
  z
    .string()
    .refine((text) => text === word || integer(minimum, maximum).safeParse(text).success, {
      error: `must be a whole number from ${minimum} to ${maximum}, or '${word}'`,
    })
    .transform((text): number | Meaning => (text === word ? meaning : Number(text)));

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const milliseconds = (text: string): number => {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return amount && unit ? Number(amount) * (UNIT_MS[unit] ?? Number.NaN) : Number.NaN;
};

/** `30s`, `15m`, `12h`, `30d`; the value is in milliseconds. */
export const duration = (minimum: string, maximum: string) =>
  z
    .string()
    .transform(milliseconds)
    .refine((ms) => ms >= milliseconds(minimum) && ms <= milliseconds(maximum), {
      error: `must be a duration from ${minimum} to ${maximum}, such as 90s, 15m, 12h or 30d`,
    });

export const durationOr = <Word extends string, Meaning>(
  word: Word,
  meaning: Meaning,
  minimum: string,
  maximum: string,
) =>
  z
    .string()
    .refine((text) => text === word || duration(minimum, maximum).safeParse(text).success, {
      error: `must be a duration from ${minimum} to ${maximum}, such as 90d, or '${word}'`,
    })
    .transform((text): number | Meaning => (text === word ? meaning : milliseconds(text)));

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: 1_048_576 };

/** `512B`, `64KiB`, `1MiB`; the value is in bytes. */
export const size = (maximum: string) => {
  const bytes = (text: string): number => {
    const [, amount, unit] = /^(\d{1,9})(B|KiB|MiB)$/.exec(text) ?? [];
    return amount && unit ? Number(amount) * (UNIT_BYTES[unit] ?? Number.NaN) : Number.NaN;
  };
  return z
    .string()
    .transform(bytes)
    .refine((value) => value > 0 && value <= bytes(maximum), {
      error: `must be a size up to ${maximum}, such as 512B or 64KiB`,
    });
};

export const oneOf = <const Choices extends readonly [string, ...string[]]>(...choices: Choices) =>
  z.string().pipe(z.enum(choices, { error: `must be one of ${choices.join(', ')}` }));

export const onOff = z
  .string()
  .pipe(z.enum(['on', 'off', 'true', 'false'], { error: 'must be on or off' }))
  .transform((text) => text === 'on' || text === 'true');

export const text = z.string().refine((value) => /^[\x20-\x7e]{1,256}$/.test(value), {
  error: 'must be 1 to 256 printable ASCII characters',
});

export const path = z.string().refine((value) => !value.includes('\0'), { error: 'must be a path' });

const items = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const pathList = path.transform(items).readonly();

export const secret = z.string().transform((value) => new Secret(value));

export const host = z
  .string()
  .refine((value) => isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value), {
    error: 'must be an IP address or a host name',
  });

/** A registrable domain or one below it; browsers take no cookie for less. */
export const domain = z
  .string()
  .transform((value) => value.toLowerCase())
  .refine(
    (value) => value.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/.test(value),
    {
      error: 'must be a domain, such as example.com',
    },
  );

const parseUrl = (value: string): URL | null => (URL.canParse(value) ? new URL(value) : null);

/** An absolute URL with one of the schemes. */
export const url = (...schemes: readonly string[]) =>
  z.string().refine((value) => schemes.includes(parseUrl(value)?.protocol.slice(0, -1) ?? ''), {
    error: `must be a URL starting with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/** A URL that may hold a password. */
export const secretUrl = (...schemes: readonly string[]) =>
  url(...schemes).transform((value) => new Secret(value));

/** One that may hold a name and a password, which whoever connects will decode. */
export const secretHttpUrl = url('http', 'https')
  .refine(hasReadableCredentials, {
    error: 'must have name and password percent-encoded: a % is written %25',
  })
  .transform((value) => new Secret(value));

function hasReadableCredentials(value: string): boolean {
  const { username = '', password = '' } = parseUrl(value) ?? {};
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** One Redis, a Sentinel group or a Cluster; refused with the words of the adapter that will read it. */
export const redisUrl = z
  .string()
  .check(({ value, issues }) => {
    try {
      parseRedisUrl(value);
    } catch (error) {
      const message = (error as Error).message.replace('The Redis URL ', '');
      issues.push({ code: 'custom', input: undefined, message });
    }
  })
  .transform((value) => new Secret(value));

/** A link with `{token}` where the token goes; not in the host, which is to be the deployment's own. */
export const linkTemplate = z.string().refine(
  (value) => {
    const [before = '', ...after] = value.split('{token}');
    const origin = parseUrl(`${before}x${after[0]}`)?.origin;
    return after.length === 1 && /^https?:/.test(value) && parseUrl(before)?.origin === origin;
  },
  { error: 'must be a URL with {token} in it, such as https://app.example.com/reset#{token}' },
);

const isOrigin = (value: string): boolean => /^https?:\/\//.test(value) && parseUrl(value)?.origin === value;

/** Scheme, host and port; kept as browsers write them: in lower case, without a trailing slash. */
export const origin = z
  .string()
  .transform((value) => value.replace(/\/$/, '').toLowerCase())
  .refine(isOrigin, { error: 'must be an origin, such as https://id.example.com, without a path' });

export const originList = z
  .string()
  .transform((value) => items(value.toLowerCase()))
  .refine((origins) => origins.every(isOrigin), {
    error: 'must be origins, such as https://app.example.com, separated by commas; wildcards are not allowed',
  })
  .readonly();

export const emailAddress = z.string().refine((value) => /^[^\r\n\0]{1,200}@[^\s@>]{1,200}>?$/.test(value), {
  error: "must be an email address, such as 'Gatehouse <no-reply@example.com>'",
});

export const emailList = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .refine(
    (list) => list.length <= 20 && list.every((item) => /^[^\s@<>,]{1,64}@[^\s@<>,]{1,200}$/.test(item)),
    {
      error: 'must be up to 20 email addresses, separated by commas',
    },
  )
  .readonly();

/** Secret, because chats recognise a writer by nothing but the URL; with credentials in it, it would reach no client. */
export const webhookUrl = url('http', 'https')
  .refine((value) => parseUrl(value)?.username === '' && parseUrl(value)?.password === '', {
    error: 'must be a URL without credentials',
  })
  .transform((value) => new Secret(value));

/** As the Standard Webhooks specification writes it; exactly so, since most receivers' base64 is stricter than ours. */
export const webhookSecret = z
  .string()
  .refine(
    (value) => {
      const key = Buffer.from(value.slice('whsec_'.length), 'base64');
      return key.length >= 24 && key.length <= 64 && value === `whsec_${key.toString('base64')}`;
    },
    {
      error:
        'must be whsec_ and 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes them',
    },
  )
  .transform((value) => new Secret(value));

/** A shared secret that is sent as it is (RFC 6750), and long enough not to be guessed. */
export const bearerToken = z
  .string()
  .refine((value) => /^[\w.~+/-]{32,256}=*$/.test(value), {
    error: 'must be 32 to 256 letters and digits, as `openssl rand -hex 32` makes them',
  })
  .transform((value) => new Secret(value));

/** `name=value,name=value`, the values percent-encoded, as OpenTelemetry has it ("OTLP exporter configuration"). */
export const secretHeaders = z.string().transform((value, context) => {
  try {
    const pairs = value.split(',').map((pair): [string, string] => {
      const [, name = '', encoded = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
      const header: [string, string] = [name.trim(), decodeURIComponent(encoded.trim())];
      validateHeaderName(header[0]);
      validateHeaderValue(...header);
      return header;
    });
    return new Secret(Object.fromEntries(pairs));
  } catch {
    context.addIssue('must be headers as name=value, separated by commas, the values percent-encoded');
    return z.NEVER;
  }
});

/** From 0 to 1. */
export const share = z
  .string()
  .refine((text) => /^\d(\.\d{1,6})?$/.test(text) && Number(text) <= 1, {
    error: 'must be a number from 0 to 1',
  })
  .transform(Number);

/** 32 bytes, as `openssl rand -base64 32` makes them. */
export const key256 = z
  .string()
  .refine((value) => /^[A-Za-z0-9+/]{43}=$/.test(value), { error: 'must be 32 bytes in base64' })
  .transform((value) => new Secret(value));

const RISK_WEIGHT = new RegExp(`^(${RISK_REASONS.join('|')})=(100|\\d{1,2})$`);

/** `new-device=20,velocity=0`; a reason that is not named keeps its weight. */
export const riskWeights = z
  .string()
  .transform(items)
  .refine((weights) => weights.every((weight) => RISK_WEIGHT.test(weight)), {
    error: `must be weights from 0 to 100, such as new-device=20,velocity=0, of ${RISK_REASONS.join(', ')}`,
  })
  .transform((named): RiskWeights => {
    const weights = { ...DEFAULT_RISK_WEIGHTS };
    for (const weight of named) {
      const [name, value] = weight.split('=');
      weights[name as RiskReason] = Number(value);
    }
    return weights;
  })
  .readonly();
