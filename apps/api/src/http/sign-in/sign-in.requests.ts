import { ApiSchema } from '@nestjs/swagger';
import {
  ChallengeField,
  ChannelField,
  CodeField,
  DeviceTokenField,
  IdentifierField,
  TransportField,
} from '../validation/fields.js';

@ApiSchema({ name: 'CodeRequest' })
export class CodeRequestDto {
  @IdentifierField()
  readonly identifier!: string;

  @ChannelField()
  readonly channel?: 'sms' | 'email' | null;
}

@ApiSchema({ name: 'CodeProof' })
export class CodeProofDto {
  @ChallengeField()
  readonly sessionId!: string;

  @CodeField()
  readonly code!: string;
}

@ApiSchema({ name: 'SignInProof' })
export class SignInProofDto extends CodeProofDto {
  @DeviceTokenField()
  readonly deviceToken?: string | null;

  @TransportField()
  readonly transport?: 'bearer' | 'cookie' | null;
}
