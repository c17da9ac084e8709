import { DomainError, token } from '#domain/kernel';

/** 0: guessed at once, 4: out of reach (zxcvbn's scale). */
export type PasswordScore = 0 | 1 | 2 | 3 | 4;

export interface PasswordPolicy {
  /** Unicode code points, after normalisation. */
  readonly minLength: number;
  /** `classic`: an upper-case and a lower-case letter, a digit and a symbol. NIST advises against such rules. */
  readonly composition: 'none' | 'classic';
  readonly minScore: PasswordScore;
}

export const PASSWORD_POLICY = token<PasswordPolicy>('PasswordPolicy');

/** Code points. NIST SP 800-63B-4, 3.1.1.2 asks for 64 at least; without a limit, length is an attack. */
export const PASSWORD_MAX_LENGTH = 256;

/** What is hashed and what rules look at: the form in which all ways to type the same characters are one. */
export const normalisePassword = (typed: string): string => typed.normalize('NFKC');

const CLASSIC = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{N}]/u];

/** Throws `password-too-short`, `password-too-long` or `password-composition`. Expects the normalised form. */
export function requireWellChosen(password: string, { minLength, composition }: PasswordPolicy): void {
  const length = [...password].length;
  if (length < minLength) throw refused('too-short', `must have at least ${minLength} characters`);
  if (length > PASSWORD_MAX_LENGTH) {
    throw refused('too-long', `must have at most ${PASSWORD_MAX_LENGTH} characters`);
  }
  if (composition === 'classic' && !CLASSIC.every((required) => required.test(password))) {
    throw refused('composition', 'must have an upper-case letter, a lower-case letter, a digit and a symbol');
  }
}

export const passwordTooWeak = (): DomainError => refused('too-weak', 'is too easy to guess');

export const passwordBreached = (): DomainError => refused('breached', 'is known from a data breach');

const refused = (what: string, must: string): DomainError =>
  DomainError.invalid(`password-${what}`, `The password ${must}`);
