import { Body, Controller, Get, HttpCode, Param, Post, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AccountPage } from '#adapters/templates';
import { ResetPassword, VerifyEmail } from '#domain/credentials';
import { Secret, type RequestOrigin } from '#domain/kernel';
import { negotiateLocale } from '#domain/notification';
import { Public } from '../access/public.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { PreferredLocale } from '../request/preferred-locale.js';
import { Origin } from '../request/request-origin.js';
import { AcceptsForms } from '../server/form-body.js';
import { AccountPageFilter } from './account-page.filter.js';
import { EmailVerificationDto, PasswordFormDto } from './registration.requests.js';
import { sendAccountPage } from './send-account-page.js';

/**
 * Where mailed links lead: pages for people, and no part of the API. To open one spends nothing and looks nothing
 * up, so neither a mail scanner nor a preview can; the button posts a form, without any script.
 */
@ApiExcludeController()
@Controller('api/v1/auth')
@Public()
@UseFilters(AccountPageFilter)
export class AccountPageController {
  constructor(
    private readonly verifyEmail: VerifyEmail,
    private readonly resetPassword: ResetPassword,
  ) {}

  @Get('verify/:token')
  askToVerify(
    @Param() _token: EmailVerificationDto,
    @PreferredLocale() tag: string | null,
    @Res() reply: FastifyReply,
  ): void {
    this.#send(reply, tag, { purpose: 'verify-email', state: 'ask' });
  }

  @Post('verify/:token')
  @HttpCode(200)
  @AcceptsForms()
  @SignInLimit()
  async verify(
    @Param() { token }: EmailVerificationDto,
    @PreferredLocale() tag: string | null,
    @Origin() origin: RequestOrigin,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.verifyEmail.execute({ token, origin });
    this.#send(reply, tag, { purpose: 'verify-email', state: 'done' });
  }

  @Get('password/reset/:token')
  askForPassword(
    @Param() _token: EmailVerificationDto,
    @PreferredLocale() tag: string | null,
    @Res() reply: FastifyReply,
  ): void {
    this.#send(reply, tag, { purpose: 'reset-password', state: 'ask' });
  }

  @Post('password/reset/:token')
  @HttpCode(200)
  @AcceptsForms()
  @SignInLimit()
  async reset(
    @Param() { token }: EmailVerificationDto,
    @Body() { password }: PasswordFormDto,
    @PreferredLocale() tag: string | null,
    @Origin() origin: RequestOrigin,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.resetPassword.execute({ token, password: new Secret(password), origin });
    this.#send(reply, tag, { purpose: 'reset-password', state: 'done' });
  }

  #send(reply: FastifyReply, tag: string | null, page: Omit<AccountPage, 'locale'>): void {
    sendAccountPage(reply, { ...page, locale: negotiateLocale(tag) });
  }
}
