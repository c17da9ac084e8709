import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { PasswordHash } from '#domain/credentials';
import { isFitDigest, type PasswordScheme } from './password-scheme.js';

const deriveByPbkdf2 = promisify(pbkdf2);
const deriveByScrypt = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** Base64 with or without padding; Passlib writes a dot for the plus. */
const bytes = (base64: string): Buffer => Buffer.from(base64.replaceAll('.', '+'), 'base64');

interface ScryptHash {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly digest: Buffer;
}

/** scrypt (RFC 7914) as `$scrypt$ln=15,r=8,p=1$salt$digest`. */
export class ScryptScheme implements PasswordScheme {
  supports(hash: PasswordHash): boolean {
    const parsed = scryptHashOf(hash);
    if (!parsed) return false;
    const { N, r, p, digest } = parsed;
    // 256 MiB, and about a second.
    return 128 * N * r <= 2 ** 28 && N * r * p <= 2 ** 22 && isFitDigest(digest.length);
  }

  async verify(password: string, hash: PasswordHash): Promise<boolean> {
    const { N, r, p, salt, digest } = scryptHashOf(hash)!;
    const derived = await deriveByScrypt(password, salt, digest.length, { N, r, p, maxmem: 2 ** 29 });
    return timingSafeEqual(derived, digest);
  }
}

function scryptHashOf(hash: PasswordHash): ScryptHash | null {
  const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([^$]+)\$([^$]+)$/;
  const [, ln, r, p, salt, digest] = form.exec(hash.expose()) ?? [];
  if (!ln || !r || !p || !salt || !digest) return null;
  const parsed = { N: 2 ** Number(ln), r: Number(r), p: Number(p), salt: bytes(salt), digest: bytes(digest) };
  return parsed.N > 1 && parsed.r > 0 && parsed.p > 0 ? parsed : null;
}

/** About a second; OWASP asks for 1.3 million with SHA-1. */
const MAX_ITERATIONS = 2_000_000;

interface Pbkdf2Hash {
  readonly algorithm: string;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly digest: Buffer;
}

/** PBKDF2 (RFC 8018) as `$pbkdf2-sha256$i=600000$salt$digest`, or with Passlib's bare count. */
export class Pbkdf2Scheme implements PasswordScheme {
  supports(hash: PasswordHash): boolean {
    const parsed = pbkdf2HashOf(hash);
    return (
      parsed !== null &&
      parsed.iterations >= 1 &&
      parsed.iterations <= MAX_ITERATIONS &&
      isFitDigest(parsed.digest.length)
    );
  }

  async verify(password: string, hash: PasswordHash): Promise<boolean> {
    const { algorithm, iterations, salt, digest } = pbkdf2HashOf(hash)!;
    return timingSafeEqual(
      await deriveByPbkdf2(password, salt, iterations, digest.length, algorithm),
      digest,
    );
  }
}

function pbkdf2HashOf(hash: PasswordHash): Pbkdf2Hash | null {
  const form = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,8})(?:,l=\d+)?\$([^$]+)\$([^$]+)$/;
  const [, algorithm = 'sha1', iterations, salt, digest] = form.exec(hash.expose()) ?? [];
  if (!iterations || !salt || !digest) return null;
  return { algorithm, iterations: Number(iterations), salt: bytes(salt), digest: bytes(digest) };
}
