import { Module, type DynamicModule } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { CLOCK, ID_GENERATOR, PAYLOAD_CIPHER, type Clock } from '#domain/kernel';
import { ONE_TIME_CODES } from '#domain/otp';
import { ACCESS_TOKENS, PUBLIC_KEYS, REFRESH_TOKENS } from '#domain/session';
import { HmacRefreshTokens } from './hmac-refresh-tokens.js';
import { JwtAccessTokens, type AccessTokenOptions } from './jwt-access-tokens.js';
import { SealedPayloadCipher } from './sealed-payload-cipher.js';
import { ServerKey } from './server-key.js';
import { ServerOneTimeCodes } from './server-one-time-codes.js';
import { SigningKeys, type SigningKeyOptions } from './signing-keys.js';
import { SystemClock, UuidV7Generator } from './system.js';

export interface CryptoModuleOptions {
  readonly serverKey: ServerKey;
  readonly signingKeys: SigningKeyOptions;
  readonly accessTokens: AccessTokenOptions;
}

/** Time, ids, tokens and codes: whatever rests on `node:crypto` or the system clock. */
@Module({})
export class CryptoModule {
  static register({ serverKey, signingKeys, accessTokens }: CryptoModuleOptions): DynamicModule {
    return {
      module: CryptoModule,
      global: true,
      imports: [JwtModule.register({})],
      providers: [
        { provide: CLOCK, useClass: SystemClock },
        { provide: ID_GENERATOR, useClass: UuidV7Generator },
        { provide: ServerKey, useValue: serverKey },
        {
          provide: SigningKeys,
          useFactory: (clock: Clock) => new SigningKeys(signingKeys, clock),
          inject: [CLOCK],
        },
        { provide: PUBLIC_KEYS, useExisting: SigningKeys },
        {
          provide: ACCESS_TOKENS,
          useFactory: (jwt: JwtService, keys: SigningKeys, clock: Clock) =>
            new JwtAccessTokens(jwt, keys, clock, accessTokens),
          inject: [JwtService, SigningKeys, CLOCK],
        },
        { provide: REFRESH_TOKENS, useValue: new HmacRefreshTokens(serverKey) },
        { provide: ONE_TIME_CODES, useValue: new ServerOneTimeCodes(serverKey) },
        { provide: PAYLOAD_CIPHER, useValue: new SealedPayloadCipher(serverKey) },
      ],
      exports: [
        CLOCK,
        ID_GENERATOR,
        ServerKey,
        SigningKeys,
        PUBLIC_KEYS,
        ACCESS_TOKENS,
        REFRESH_TOKENS,
        ONE_TIME_CODES,
        PAYLOAD_CIPHER,
      ],
    };
  }
}
