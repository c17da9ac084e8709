import { ApiSchema } from '@nestjs/swagger';
import {
  ChallengeField,
  ChannelField,
  CodeField,
  DisplayNameField,
  IdentifierField,
  LocaleField,
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

@ApiSchema({ name: 'Registration' })
export class RegistrationDto {
  @IdentifierField()
  readonly identifier!: string;

  @DisplayNameField()
  readonly displayName?: string | null;

  @LocaleField()
  readonly locale?: string | null;
}
