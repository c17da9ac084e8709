import { z } from 'zod';
import type { ImportedAccount, ImportLine } from '#domain/administration';
import { DomainError } from '#domain/kernel';
import { canonicalLocale } from '../../../api/src/http/request/preferred-locale.js';
import { MAX_DISPLAY_NAME_LENGTH } from '../../../api/src/http/validation/fields.js';
import { isDisplayName } from '../../../api/src/http/validation/text.js';
import { EXPORTED_HASH, toEncodedHash } from './exported-hash.js';
import type { FileLine } from './file-lines.js';

const text = (maximum: number) => z.string().min(1).max(maximum);

/** A key that is not here is a mistake: `passwordhash` would otherwise import people who cannot sign in. */
const LINE = z.strictObject({
  email: text(320).nullish(),
  emailVerified: z.boolean().nullish(),
  phone: text(64).nullish(),
  phoneVerified: z.boolean().nullish(),
  username: text(64).nullish(),
  displayName: z
    .string()
    .transform((name) => name.normalize('NFC').trim())
    .refine((name) => isDisplayName(name, MAX_DISPLAY_NAME_LENGTH))
    .nullish(),
  locale: text(35)
    .transform(canonicalLocale)
    .refine((locale) => locale !== null)
    .nullish(),
  roles: z.array(text(40)).max(20).nullish(),
  passwordHash: EXPORTED_HASH.nullish(),
  createdAt: z.iso.datetime({ offset: true }).nullish(),
  externalId: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .nullish(),
});

export interface LineOptions {
  /** What an account without `roles` gets. */
  readonly roles: readonly string[];
  /** Whether an address counts as verified where the line does not say. */
  readonly assumeVerified: boolean;
}

/** What is wrong is told by field, without the value. */
export function readLine({ line, text }: FileLine, options: LineOptions): ImportLine {
  if (text === null) return { line, failure: malformed('too long, or not UTF-8') };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { line, failure: malformed('not JSON') };
  }
  const parsed = LINE.safeParse(json);
  if (parsed.success) return { line, account: toAccount(parsed.data, options) };
  const fields = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => key.slice(0, 40)) : [issue.path.join('.')],
  );
  const message = `not as expected: ${[...new Set(fields)].slice(0, 10).join(', ') || 'not an object'}`;
  return { line, failure: DomainError.invalid('invalid-line', message) };
}

const malformed = (message: string): DomainError => DomainError.invalid('malformed-line', message);

const toAccount = (line: z.infer<typeof LINE>, { roles, assumeVerified }: LineOptions): ImportedAccount => ({
  email: line.email ?? null,
  emailVerified: line.emailVerified ?? assumeVerified,
  phone: line.phone ?? null,
  phoneVerified: line.phoneVerified ?? assumeVerified,
  username: line.username ?? null,
  displayName: line.displayName ?? null,
  locale: line.locale ?? null,
  roles: [...new Set(line.roles ?? roles)],
  passwordHash: line.passwordHash ? toEncodedHash(line.passwordHash) : null,
  createdAt: line.createdAt ? new Date(line.createdAt) : null,
  externalId: line.externalId ?? null,
});
