import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** International form, grouped as people group digits. Letters, extensions and other scripts are refused. */
const TYPED_NUMBER = /^\+[\d\s().-]{7,40}$/;

/**
 * The number in E.164, or null when its country has no numbers of that length. Not whether the number is
 * assigned: numbering plans change faster than deployments, and the code proves it anyway.
 */
export function canonicalPhone(typed: string): string | null {
  if (!TYPED_NUMBER.test(typed)) return null;
  const parsed = parsePhoneNumberFromString(typed, { extract: false });
  return parsed?.isPossible() ? parsed.number : null;
}
