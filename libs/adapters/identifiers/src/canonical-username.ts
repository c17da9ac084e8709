import { Identifier } from '#domain/identity';

/** Written together in one language; any other mix of scripts in a name is a disguise (UTS #39, 5.1). */
const SCRIPTS: readonly RegExp[] = [
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+$/u,
  /^[\p{Script=Han}\p{Script=Hangul}]+$/u,
  ...[
    'Latin',
    'Greek',
    'Cyrillic',
    'Armenian',
    'Georgian',
    'Hebrew',
    'Arabic',
    'Devanagari',
    'Bengali',
    'Tamil',
    'Telugu',
    'Thai',
    'Ethiopic',
  ].map((script) => new RegExp(`^\\p{Script=${script}}+$`, 'u')),
];

/** Cyrillic and Greek letters that look Latin: a name of nothing else would pass for a Latin one. */
const LOOKS_LATIN = /^[асԁеһіјӏорԛѕԝхуѵүαικνορτυχω]+$/u;

/**
 * The name in case-folded NFKC, or null. Folding goes by way of upper case, which is what makes ß and ss, or
 * the two small sigmas, one letter.
 */
export function canonicalUsername(typed: string): string | null {
  const value = folded(folded(typed));
  const letters = value.replaceAll(/[0-9._-]|(?!\p{L})\p{M}/gu, '');
  if (LOOKS_LATIN.test(letters) || !SCRIPTS.some((script) => script.test(letters))) return null;
  try {
    return Identifier.of('username', value).value;
  } catch {
    return null;
  }
}

const folded = (text: string): string =>
  text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');
