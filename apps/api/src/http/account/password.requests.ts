import { ApiSchema } from '@nestjs/swagger';
import { OptionalPasswordField, PasswordField } from '../validation/fields.js';

@ApiSchema({ name: 'PasswordChange' })
export class PasswordChangeDto {
  @OptionalPasswordField('Not needed shortly after a sign-in.')
  readonly currentPassword?: string | null;

  @PasswordField()
  readonly newPassword!: string;
}
