import { Identifier } from '#domain/identity';
import { Secret } from '#domain/kernel';
import type { ChallengeReference, OneTimeCodes } from '#domain/otp';

/** Codes in order and challenges in the clear, so that a test can read the one and alter the other. */
export class ReadableOneTimeCodes implements OneTimeCodes {
  #last = 482_912;

  generate(): Secret {
    return new Secret(String(++this.#last));
  }

  /** The newest code that was generated. */
  get last(): string {
    return String(this.#last);
  }

  mac({ challengeId }: ChallengeReference, code: string): string {
    return `${code} for ${challengeId}`;
  }

  seal({ identifier: { kind, value }, ...reference }: ChallengeReference): string {
    return JSON.stringify({ ...reference, kind, value });
  }

  open(sealed: string): ChallengeReference | null {
    if (!sealed.startsWith('{')) return null;
    const { kind, value, ...reference } = JSON.parse(sealed) as Omit<ChallengeReference, 'identifier'> &
      Identifier;
    return { ...reference, identifier: Identifier.of(kind, value) };
  }
}
