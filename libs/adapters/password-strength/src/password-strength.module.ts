import { Module } from '@nestjs/common';
import { PASSWORD_STRENGTH } from '#domain/credentials';
import { ZxcvbnPasswordStrength } from './zxcvbn-password-strength.js';

const strength = { provide: PASSWORD_STRENGTH, useFactory: () => ZxcvbnPasswordStrength.load() };

@Module({ providers: [strength], exports: [strength] })
export class PasswordStrengthModule {}
