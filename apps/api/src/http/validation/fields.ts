import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { canonicalLocale, MAX_LOCALE_LENGTH } from '../request/preferred-locale.js';
import { IsDisplayName, IsInstant, IsPlainText, IsToken, toNormalisedText } from './text.js';

/** The fields that several requests have, each with its rules and its description in one place. */

const MAX_IDENTIFIER_LENGTH = 320;
const MAX_SEALED_LENGTH = 1_024;
export const MAX_DISPLAY_NAME_LENGTH = 100;
const MAX_USERNAME_LENGTH = 64;
/** UTF-16 units. Longer than any that may be chosen, so that the policy answers rather than this. */
const MAX_PASSWORD_LENGTH = 1_024;

const BASE64URL = /^[\w-]+$/;

export const IdentifierField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      description: 'An email address, or a phone number in international form.',
      maxLength: MAX_IDENTIFIER_LENGTH,
      example: 'ada@example.com',
    }),
    IsPlainText(1, MAX_IDENTIFIER_LENGTH),
  );

export const LoginField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      description: 'An email address, a phone number in international form, or a username.',
      maxLength: MAX_IDENTIFIER_LENGTH,
      example: 'ada@example.com',
    }),
    IsPlainText(1, MAX_IDENTIFIER_LENGTH),
  );

export const EmailField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ format: 'email', maxLength: MAX_IDENTIFIER_LENGTH, example: 'ada@example.com' }),
    IsPlainText(1, MAX_IDENTIFIER_LENGTH),
  );

export const UsernameField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description:
        'Public. 3 to 32 letters of one script and digits, joined by `.`, `_` or `-`; case does not count.',
      type: String,
      maxLength: MAX_USERNAME_LENGTH,
      example: 'ada',
    }),
    IsOptional(),
    IsPlainText(1, MAX_USERNAME_LENGTH),
  );

export const LinkTokenField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      description: 'The last part of the mailed link.',
      maxLength: 64,
      pattern: BASE64URL.source,
    }),
    IsToken(64, BASE64URL, 'a token as it was mailed'),
  );

export const ChannelField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'How the code should travel.',
      enum: ['sms', 'email'],
      example: 'email',
    }),
    IsOptional(),
    IsIn(['sms', 'email'], { message: '$property must be sms or email' }),
  );

export const ChallengeField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      description: 'The `sessionId` that the request for the code was answered with.',
      maxLength: MAX_SEALED_LENGTH,
      pattern: BASE64URL.source,
    }),
    IsToken(MAX_SEALED_LENGTH, BASE64URL, 'a sessionId as it was given'),
  );

export const CodeField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ description: 'The code from the message.', pattern: '^\\d{6}$', example: '482913' }),
    IsToken(6, /^\d{6}$/, 'six digits'),
  );

export const RefreshTokenField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'Left out by clients that hold it in a cookie.',
      type: String,
      maxLength: 512,
      pattern: BASE64URL.source,
    }),
    IsOptional(),
    IsToken(512, BASE64URL, 'a refresh token as it was given'),
  );

export const TransportField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'How the tokens should travel; without it as the deployment has it.',
      enum: ['bearer', 'cookie'],
    }),
    IsOptional(),
    IsIn(['bearer', 'cookie'], { message: '$property must be bearer or cookie' }),
  );

export const PasswordField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      format: 'password',
      maxLength: MAX_PASSWORD_LENGTH,
      example: 'correct horse battery staple',
    }),
    IsPlainText(1, MAX_PASSWORD_LENGTH),
  );

export const OptionalPasswordField = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description,
      type: String,
      format: 'password',
      maxLength: MAX_PASSWORD_LENGTH,
    }),
    IsOptional(),
    IsPlainText(1, MAX_PASSWORD_LENGTH),
  );

export const DeviceTokenField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description:
        'The `deviceToken` of an earlier sign-in on this device: wrong passwords elsewhere do not lock it out.',
      type: String,
      maxLength: 128,
      pattern: BASE64URL.source,
    }),
    IsOptional(),
    IsToken(128, BASE64URL, 'a device token as it was given'),
  );

const toCanonicalLocale = (value: unknown): unknown =>
  typeof value === 'string' ? (canonicalLocale(value) ?? '') : value;

export const DisplayNameField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'The name to show; any script.',
      type: String,
      minLength: 1,
      maxLength: MAX_DISPLAY_NAME_LENGTH,
      example: 'Ada Lovelace',
    }),
    IsOptional(),
    Transform(({ value }) => toNormalisedText(value)),
    IsDisplayName(MAX_DISPLAY_NAME_LENGTH),
  );

export const LocaleField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'BCP 47 language tag; decides the language of messages.',
      type: String,
      maxLength: MAX_LOCALE_LENGTH,
      example: 'en-GB',
    }),
    IsOptional(),
    Transform(({ value }) => toCanonicalLocale(value)),
    IsToken(MAX_LOCALE_LENGTH, /^\S+$/, 'a BCP 47 language tag'),
  );

export const InstantField = (description: string, example = '2026-01-31T12:00:00Z'): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, type: String, format: 'date-time', example }),
    IsOptional(),
    IsInstant(),
  );
