/** Text from elsewhere is looked at this far. */
const MAX_LENGTH = 500;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/[^\s@"'<>(),;:=/]{1,64}@[^\s@"'<>(),;=]{1,255}/g, '[address]'],
  [/(?=[\w-]{0,24}\d)[\w-]{24,}(?:\.[\w-]+)*/g, '[token]'],
  [/\+\d(?:[ ().-]{0,2}\d){5,}|\d(?:[ -]?\d){5,}/g, '[number]'],
];

/**
 * The second net under text that we did not write, such as a driver's error message: what looks like an
 * address, a credential, a phone number or a code is taken out. The first net is to log named fields only.
 */
export const scrub = (text: string): string =>
  PATTERNS.reduce(
    (scrubbed, [pattern, label]) => scrubbed.replace(pattern, label),
    text.slice(0, MAX_LENGTH),
  );
