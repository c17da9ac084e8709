import type { Identifier } from './identifier.vo.js';

/** ITU-T E.164: zones 1 and 7 are one digit, these have two, and what is left has three. */
const CALLING_CODE = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/**
 * What the record may know of an identifier: its kind, and where a phone is from. Codes that are asked for and
 * never entered betray SMS pumping by the prefix that they share; a prefix of this length is nobody's number.
 */
export const traitsOf = ({ kind, value }: Identifier): { readonly kind: string; callingCode?: string } => ({
  kind,
  ...(kind === 'phone' && { callingCode: CALLING_CODE.exec(value)![0] }),
});
