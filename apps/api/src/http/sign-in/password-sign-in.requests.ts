import { ApiSchema } from '@nestjs/swagger';
import { DeviceTokenField, LoginField, PasswordField, TransportField } from '../validation/fields.js';

@ApiSchema({ name: 'PasswordSignIn' })
export class PasswordSignInDto {
  @LoginField()
  readonly identifier!: string;

  @PasswordField()
  readonly password!: string;

  @DeviceTokenField()
  readonly deviceToken?: string | null;

  @TransportField()
  readonly transport?: 'bearer' | 'cookie' | null;
}
