import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import type { PasswordScore, PasswordStrength } from '#domain/credentials';

/**
 * What is judged of a password, in UTF-16 units, and how many substitutions are tried in it. The estimator is
 * worse than quadratic in either and runs on the event loop: with these, hostile input takes 30 ms, without them
 * seconds.
 */
const MAX_LENGTH = 32;
const MAX_SUBSTITUTIONS = 10;

const MAX_PERSONAL_WORDS = 50;

/** Dan Wheeler's estimator (USENIX Security 2016) with the dictionaries of English and of leaked passwords. */
export class ZxcvbnPasswordStrength implements PasswordStrength {
  private constructor(private readonly zxcvbn: ZxcvbnFactory) {}

  /** The dictionaries take half a second and fifty megabytes: loaded once, and only by who needs them. */
  static async load(): Promise<ZxcvbnPasswordStrength> {
    const [{ ZxcvbnFactory }, common, english] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
      import('@zxcvbn-ts/language-en'),
    ]);
    const zxcvbn = new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary },
      graphs: common.adjacencyGraphs,
      maxLength: MAX_LENGTH,
      l33tMaxSubstitutions: MAX_SUBSTITUTIONS,
    });
    return new ZxcvbnPasswordStrength(zxcvbn);
  }

  score(password: string, personal: readonly string[]): PasswordScore {
    return this.zxcvbn.check(password, wordsOf(personal)).score;
  }
}

/** Each as it is, and the words in it: of an address, somebody uses the name. */
const wordsOf = (personal: readonly string[]): string[] =>
  personal
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word.length > 2)
    .slice(0, MAX_PERSONAL_WORDS)
    .map((word) => word.slice(0, MAX_LENGTH));
