import { hash, parseOptions, verify, type ParsedHashOptions } from '@node-rs/argon2';
import { PasswordHash } from '#domain/credentials';
import { isFitDigest, type ConfigurableScheme } from './password-scheme.js';

export interface Argon2Parameters {
  /** KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** The OWASP Password Storage Cheat Sheet's second choice of equal strength: the one with the least memory. */
const OWASP_ARGON2ID: Argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const DIGEST_BYTES = 32;
const MAX_MEMORY = 262_144;
/** Memory times passes: a third of a second. */
const MAX_WORK = 1_048_576;
const MAX_LANES = 16;

/** Argon2 (RFC 9106) in PHC strings: makes Argon2id, verifies all three. */
export class Argon2Scheme implements ConfigurableScheme {
  constructor(private readonly parameters: Argon2Parameters = OWASP_ARGON2ID) {}

  async hash(password: string): Promise<PasswordHash> {
    return PasswordHash.of(await hash(password, { ...this.parameters, outputLen: DIGEST_BYTES }));
  }

  supports(candidate: PasswordHash): boolean {
    const parsed = parametersOf(candidate);
    return (
      parsed !== null &&
      parsed.memoryCost <= MAX_MEMORY &&
      parsed.memoryCost * parsed.timeCost <= MAX_WORK &&
      parsed.parallelism <= MAX_LANES &&
      isFitDigest(parsed.outputLen)
    );
  }

  verify(password: string, stored: PasswordHash): Promise<boolean> {
    return verify(stored.expose(), password);
  }

  isCurrent(candidate: PasswordHash): boolean {
    const parsed = candidate.scheme === 'argon2id' ? parametersOf(candidate) : null;
    const { memoryCost, timeCost, parallelism } = this.parameters;
    return (
      parsed !== null &&
      parsed.memoryCost === memoryCost &&
      parsed.timeCost === timeCost &&
      parsed.parallelism === parallelism &&
      parsed.outputLen === DIGEST_BYTES
    );
  }
}

function parametersOf(hash: PasswordHash): ParsedHashOptions | null {
  if (!hash.scheme.startsWith('argon2')) return null;
  try {
    return parseOptions(hash.expose());
  } catch {
    return null;
  }
}
