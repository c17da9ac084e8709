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
export const IsToken = (maximum: number, pattern: RegExp, what: string): PropertyDecorator =>
  rule('isToken', (value) => value.length <= maximum && pattern.test(value), `must be ${what}`);

/** A name in any script that looks like what it is: no hidden, reordering or line-breaking characters. */
export const IsDisplayName = (maximum: number): PropertyDecorator =>
  rule(
    'isDisplayName',
    (value) =>
      value.length <= 2 * maximum &&
      [...value].length <= maximum &&
      value.isWellFormed() &&
      VISIBLE.test(value) &&
      !CONTROL.test(value) &&
      !DECEPTIVE.test(value),
    `must be 1 to ${maximum} visible characters`,
  );

/** The one form in which text is stored and compared (Unicode NFC), without surrounding space. */
export const toNormalisedText = (value: unknown): unknown =>
  typeof value === 'string' && value.isWellFormed() ? value.normalize('NFC').trim() : value;
