import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { CookieSignInDto, CookieTokensDto, SignInDto, TokensDto } from './sign-in.responses.js';

const ApiTokens = (description: string, bearer: Type, cookie: Type): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(bearer, cookie),
    ApiResponse({
      status: 200,
      description: `${description} With \`transport: cookie\` the tokens are in cookies, and in no body.`,
      headers: {
        'Set-Cookie': {
          description: 'With `transport: cookie`: the access, refresh and CSRF tokens.',
          schema: { type: 'string' },
        },
      },
      schema: { oneOf: [{ $ref: getSchemaPath(bearer) }, { $ref: getSchemaPath(cookie) }] },
    }),
  );

/** What a route answers that hands out a session. */
export const ApiSignedIn = (): MethodDecorator => ApiTokens('Signed in.', SignInDto, CookieSignInDto);

export const ApiRefreshed = (): MethodDecorator =>
  ApiTokens('The next pair of tokens.', TokensDto, CookieTokensDto);
