import { isIP } from 'node:net';
import { ValidateBy, buildMessage, type ValidationOptions } from 'class-validator';

/** NUL, CR, LF, escapes and the rest of C0 and C1: never part of a value, often part of an attack. */
const CONTROL = /\p{Cc}/u;
/**
 * Unicode's line breaks, private characters, and whatever reorders or shows nothing: bidi controls, tags, fillers.
 * Joiners and variation selectors stay: Persian, Hindi and emoji are written with them.
 */
const DECEPTIVE =
  /[\p{Zl}\p{Zp}\p{Co}\u2800]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const rule = (
  name: string,
  holds: (value: string) => boolean,
  message: string,
  options?: ValidationOptions,
): PropertyDecorator =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value: unknown) => typeof value === 'string' && holds(value),
        defaultMessage: buildMessage((each) => `${each}$property ${message}`, options),
      },
    },
    options,
  );

/** Text of bounded length without control characters, in well-formed Unicode. */
export const IsPlainText = (minimum: number, maximum: number): PropertyDecorator =>
  rule(
    'isPlainText',
    (value) =>
      value.length >= minimum && value.length <= maximum && value.isWellFormed() && !CONTROL.test(value),
    `must be a string of ${minimum} to ${maximum} characters without control characters`,
  );

/** As `IsPlainText`, of the given characters only. The length is looked at before the pattern. */
export const IsToken = (
  maximum: number,
  pattern: RegExp,
  what: string,
  options?: ValidationOptions,
): PropertyDecorator =>
  rule('isToken', (value) => value.length <= maximum && pattern.test(value), `must be ${what}`, options);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A point in time with its zone (RFC 3339), no finer than our own clock. */
export const IsInstant = (): PropertyDecorator =>
  rule(
    'isInstant',
    (value) => value.length <= 32 && INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
    'must be a date and time with its zone, such as 2026-01-31T12:00:00Z',
  );

/** `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/64`; no zone of an interface. */
export const IsAddressOrNetwork = (): PropertyDecorator =>
  rule(
    'isAddressOrNetwork',
    (value) => {
      const [, address = '', bits = '0'] = /^([\da-fA-F:.]{2,45})(?:\/(\d{1,3}))?$/.exec(value) ?? [];
      const family = isIP(address);
      return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
    },
    'must be an IP address or a network in CIDR notation',
  );

/** A name in any script that looks like what it is: no hidden, reordering or line-breaking characters. */
export const isDisplayName = (value: string, maximum: number): boolean =>
  value.length <= 2 * maximum &&
  [...value].length <= maximum &&
  value.isWellFormed() &&
  VISIBLE.test(value) &&
  !CONTROL.test(value) &&
  !DECEPTIVE.test(value);

export const IsDisplayName = (maximum: number): PropertyDecorator =>
  rule(
    'isDisplayName',
    (value) => isDisplayName(value, maximum),
    `must be 1 to ${maximum} visible characters`,
  );

/** The one form in which text is stored and compared (Unicode NFC), without surrounding space. */
export const toNormalisedText = (value: unknown): unknown =>
  typeof value === 'string' && value.isWellFormed() ? value.normalize('NFC').trim() : value;
