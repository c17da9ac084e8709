import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { canonicalLocale, MAX_LOCALE_LENGTH } from '../request/preferred-locale.js';
import { IsDisplayName, IsPlainText, IsToken, toNormalisedText } from './text.js';

/** The fields that several requests have, each with its rules and its description in one place. */

const MAX_IDENTIFIER_LENGTH = 320;
const MAX_SEALED_LENGTH = 1_024;
const MAX_DISPLAY_NAME_LENGTH = 100;

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

export const ChannelField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description: 'How the code should travel.', enum: ['sms', 'email'] }),
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
    ApiProperty({ maxLength: 512, pattern: BASE64URL.source }),
    IsToken(512, BASE64URL, 'a refresh token as it was given'),
  );

const toCanonicalLocale = (value: unknown): unknown =>
  typeof value === 'string' ? (canonicalLocale(value) ?? '') : value;

export const DisplayNameField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'The name to show; any script.',
      type: String,
      nullable: true,
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
      nullable: true,
      maxLength: MAX_LOCALE_LENGTH,
      example: 'en-GB',
    }),
    IsOptional(),
    Transform(({ value }) => toCanonicalLocale(value)),
    IsToken(MAX_LOCALE_LENGTH, /^\S+$/, 'a BCP 47 language tag'),
  );
