import { z } from 'zod';

/** As Keycloak exports a credential: what its `credentialData` and `secretData` hold. */
const KEYCLOAK = z.strictObject({
  algorithm: z.enum(['pbkdf2', 'pbkdf2-sha256', 'pbkdf2-sha512']),
  hashIterations: z.int().positive(),
  salt: z.base64(),
  value: z.base64(),
});

export const EXPORTED_HASH = z.union([z.string().max(512), KEYCLOAK]);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** How other systems write what the PHC string format can say. */
const FORMS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  // Django: the salt is the text itself.
  [
    /^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$([^$]+)$/,
    (algorithm, iterations, salt, digest) => `$pbkdf2-${algorithm}$i=${iterations}$${base64(salt)}$${digest}`,
  ],
  [/^argon2(\$argon2.+)$/, (phc) => phc],
  [
    /^scrypt\$([^$]+)\$(\d+)\$(\d+)\$(\d+)\$([^$]+)$/,
    (salt, n, r, p, digest) => `$scrypt$ln=${Math.log2(Number(n))},r=${r},p=${p}$${base64(salt)}$${digest}`,
  ],
];

/** In the PHC string format or the modular crypt format, where it can be said so; else as it is, to be refused. */
export function toEncodedHash(exported: z.infer<typeof EXPORTED_HASH>): string {
  if (typeof exported === 'object') {
    const { algorithm, hashIterations, salt, value } = exported;
    return `$${algorithm === 'pbkdf2' ? 'pbkdf2-sha1' : algorithm}$i=${hashIterations}$${salt}$${value}`;
  }
  for (const [form, write] of FORMS) {
    const [whole, ...parts] = form.exec(exported) ?? [];
    if (whole !== undefined) return write(...parts);
  }
  return exported;
}
