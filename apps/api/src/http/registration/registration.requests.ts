import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiSchema } from '@nestjs/swagger';
import {
  DisplayNameField,
  EmailField,
  IdentifierField,
  LinkTokenField,
  LocaleField,
  PasswordField,
  UsernameField,
} from '../validation/fields.js';
import { inputValidation } from '../validation/validation.pipe.js';

@ApiSchema({ name: 'Registration' })
export class RegistrationDto {
  @IdentifierField()
  readonly identifier!: string;

  @DisplayNameField()
  readonly displayName?: string | null;

  @LocaleField()
  readonly locale?: string | null;
}

@ApiSchema({ name: 'PasswordRegistration' })
export class PasswordRegistrationDto {
  @EmailField()
  readonly email!: string;

  @PasswordField()
  readonly password!: string;

  @UsernameField()
  readonly username?: string | null;

  @DisplayNameField()
  readonly displayName?: string | null;

  @LocaleField()
  readonly locale?: string | null;
}

/** Takes one of the two forms, and so refuses whatever belongs to the other. */
@Injectable()
export class RegistrationForm implements PipeTransform {
  readonly #validation = inputValidation();

  transform(body: unknown): Promise<RegistrationDto | PasswordRegistrationDto> {
    const has = (field: string): boolean =>
      typeof body === 'object' && body !== null && Object.hasOwn(body, field);
    const withPassword = !has('identifier') && ['email', 'password', 'username'].some(has);
    const metatype = withPassword ? PasswordRegistrationDto : RegistrationDto;
    return this.#validation.transform(body, { type: 'body', metatype }) as ReturnType<
      RegistrationForm['transform']
    >;
  }
}

@ApiSchema({ name: 'EmailVerification' })
export class EmailVerificationDto {
  @LinkTokenField()
  readonly token!: string;
}

@ApiSchema({ name: 'VerificationRequest' })
export class VerificationRequestDto {
  @EmailField()
  readonly email!: string;
}

@ApiSchema({ name: 'PasswordResetRequest' })
export class PasswordResetRequestDto {
  @EmailField()
  readonly identifier!: string;
}

@ApiSchema({ name: 'PasswordForm' })
export class PasswordFormDto {
  @PasswordField()
  readonly password!: string;
}

@ApiSchema({ name: 'PasswordReset' })
export class PasswordResetDto {
  @LinkTokenField()
  readonly token!: string;

  @PasswordField()
  readonly password!: string;
}
