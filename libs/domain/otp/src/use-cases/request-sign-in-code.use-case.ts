import type { IdentifierParser, Profile } from '#domain/identity';
import type { RequestOrigin } from '#domain/kernel';
import { requireReachable, type Channel } from '../model/channel.js';
import type { IssuedChallenge } from '../model/otp-challenge.js';
import type { ChallengeIssuer } from '../services/challenge-issuer.js';

export interface RequestSignInCodeCommand {
  readonly identifier: string;
  readonly channel: Channel | null;
  readonly purpose: 'sign-in' | 'register';
  /** Becomes the profile if the proof creates an account; ignored otherwise. */
  readonly profile: Profile;
  /** Language of the message. */
  readonly locale: string | null;
  readonly origin: RequestOrigin;
}

/** Starts a sign-in, or a registration, which differ in nothing that a bystander could observe. */
export class RequestSignInCode {
  constructor(
    private readonly identifiers: IdentifierParser,
    private readonly issuer: ChallengeIssuer,
    private readonly channels: readonly Channel[],
  ) {}

  /** Throws `invalid-identifier`, `channel-unavailable` or `otp-throttled`. */
  async execute({ channel, ...command }: RequestSignInCodeCommand): Promise<IssuedChallenge> {
    const identifier = this.identifiers.parse(command.identifier);
    requireReachable(identifier, channel, this.channels);
    return this.issuer.issue({ ...command, identifier, userId: null });
  }
}
