import type { Identifier } from '#domain/identity';
import { canonicalIdentifierParser } from '#domain/identity/testing';
import { seconds, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import { anOrigin, FixedClock, SequentialIds } from '#domain/kernel/testing';
import {
  ChallengeIssuer,
  ConfirmIdentifier,
  RequestIdentifierCode,
  RequestSignInCode,
  SignInWithCode,
  type Channel,
  type OtpPolicy,
  type RequestSignInCodeCommand,
  type SignedIn,
} from '#domain/otp';
import { TokenGrants, type SessionChange, type SessionPolicy, type SignUpPolicy } from '#domain/session';
import {
  aSessionPolicy,
  aSignInGate,
  ReadableAccessTokens,
  ReadableDeviceTokens,
  ReadableRefreshTokens,
} from '#domain/session/testing';
import { anOtpPolicy } from './otp.mother.js';
import { ReadableOneTimeCodes } from './readable-one-time-codes.js';
import type { SignInWithCodeTx } from './unit-of-work.contract.js';

export interface OtpFixtureOptions {
  readonly policy?: OtpPolicy;
  readonly sessionPolicy?: SessionPolicy;
  readonly signUp?: SignUpPolicy;
  readonly channels?: readonly Channel[];
}

/** What somebody who asked for a code holds in their hands. */
export interface ReceivedCode {
  readonly sessionId: string;
  readonly code: string;
}

/** The use cases of one-time codes on a record of the test's choice. */
export class OtpFixture {
  readonly clock = new FixedClock();
  readonly origin: RequestOrigin = anOrigin();
  readonly codes = new ReadableOneTimeCodes();
  readonly published: SessionChange[] = [];
  readonly issuer: ChallengeIssuer;
  readonly requestSignInCode: RequestSignInCode;
  readonly signInWithCode: SignInWithCode;
  readonly requestIdentifierCode: RequestIdentifierCode;
  readonly confirmIdentifier: ConfirmIdentifier;

  constructor(
    unitOfWork: UnitOfWork<SignInWithCodeTx>,
    {
      policy = anOtpPolicy(),
      sessionPolicy = aSessionPolicy(),
      signUp = { open: true, roles: ['user'] },
      channels = ['sms', 'email'],
    }: OtpFixtureOptions = {},
  ) {
    const { clock, codes } = this;
    const ids = new SequentialIds();
    const events = {
      publish: (change: SessionChange) => void this.published.push(change),
      subscribe: () => undefined,
    };
    const gate = aSignInGate(ids, sessionPolicy, signUp);
    const tokens = [new ReadableAccessTokens(), new ReadableRefreshTokens()] as const;
    const grants = new TokenGrants(...tokens, ids, clock, sessionPolicy);
    this.issuer = new ChallengeIssuer(unitOfWork, codes, ids, clock, policy, signUp);
    this.requestSignInCode = new RequestSignInCode(canonicalIdentifierParser, this.issuer, channels);
    const deviceTokens = new ReadableDeviceTokens();
    this.signInWithCode = new SignInWithCode(
      codes,
      unitOfWork,
      gate,
      grants,
      events,
      deviceTokens,
      clock,
      policy,
    );

    this.requestIdentifierCode = new RequestIdentifierCode(canonicalIdentifierParser, this.issuer, channels);
    this.confirmIdentifier = new ConfirmIdentifier(codes, unitOfWork, ids, clock, policy);
  }

  /** Asks for a code, and reads it where it was sent. */
  async request(
    { value: identifier }: Identifier,
    overrides: Partial<RequestSignInCodeCommand> = {},
  ): Promise<ReceivedCode> {
    const { sessionId } = await this.requestSignInCode.execute({
      identifier,
      channel: null,
      purpose: 'sign-in',
      profile: { displayName: 'Grace', locale: 'de' },
      locale: 'de',
      origin: this.origin,
      ...overrides,
    });
    return { sessionId, code: this.codes.last };
  }

  async requestToAdd(
    { value: identifier }: Identifier,
    userId: string,
    replaces?: string,
  ): Promise<ReceivedCode> {
    const { origin } = this;
    const command = {
      userId,
      identifier,
      channel: null,
      locale: 'de',
      origin,
      ...(replaces && { replaces }),
    };
    const { sessionId } = await this.requestIdentifierCode.execute(command);
    return { sessionId, code: this.codes.last };
  }

  verify({ sessionId, code }: ReceivedCode): Promise<SignedIn> {
    return this.signInWithCode.execute({ sessionId, code, deviceToken: null, origin: this.origin });
  }

  /** From nothing to tokens; waits for the resend delay first, so that it can be repeated. */
  async signIn(identifier: Identifier): Promise<SignedIn> {
    this.clock.advance(seconds(300));
    return this.verify(await this.request(identifier));
  }
}
