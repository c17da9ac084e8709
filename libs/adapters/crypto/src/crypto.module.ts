import { Module, type DynamicModule } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { SETUP_SECRETS } from '#domain/access';
import { AUDIT_SEALS } from '#domain/audit';
import { LINK_TOKENS } from '#domain/credentials';
import { CLOCK, ID_GENERATOR, PAYLOAD_CIPHER, type Clock } from '#domain/kernel';
import { ONE_TIME_CODES } from '#domain/otp';
import { ACCESS_TOKENS, DEVICE_TOKENS, PUBLIC_KEYS, REFRESH_TOKENS } from '#domain/session';
import { CsrfTokens } from './csrf-tokens.js';
import { Ed25519AuditSeals } from './ed25519-audit-seals.js';
import { HmacDeviceTokens } from './hmac-device-tokens.js';
import { HmacRefreshTokens } from './hmac-refresh-tokens.js';
import { JwtAccessTokens, type AccessTokenOptions } from './jwt-access-tokens.js';
import { RandomSetupSecrets } from './random-setup-secrets.js';
import { SealedPayloadCipher } from './sealed-payload-cipher.js';
import { ServerKey } from './server-key.js';
import { ServerLinkTokens } from './server-link-tokens.js';
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
        {
          provide: AUDIT_SEALS,
          useFactory: (clock: Clock) => new Ed25519AuditSeals(signingKeys.directory, clock),
          inject: [CLOCK],
        },
        { provide: REFRESH_TOKENS, useValue: new HmacRefreshTokens(serverKey) },
        { provide: DEVICE_TOKENS, useValue: new HmacDeviceTokens(serverKey) },
        { provide: CsrfTokens, useValue: new CsrfTokens(serverKey) },
        { provide: SETUP_SECRETS, useClass: RandomSetupSecrets },
        { provide: LINK_TOKENS, useValue: new ServerLinkTokens(serverKey) },
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
        AUDIT_SEALS,
        REFRESH_TOKENS,
        DEVICE_TOKENS,
        CsrfTokens,
        SETUP_SECRETS,
        LINK_TOKENS,
        ONE_TIME_CODES,
        PAYLOAD_CIPHER,
      ],
    };
  }
}
