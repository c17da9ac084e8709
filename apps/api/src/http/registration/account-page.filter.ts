import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#domain/kernel';
import { negotiateLocale } from '#domain/notification';
import { INTERNAL_ERROR, problemOf } from '../problems/problem.js';
import { preferredLocale } from '../request/preferred-locale.js';
import { sendAccountPage } from './send-account-page.js';

/** Refusals as a page, for somebody who pressed a button. What is not foreseen stays with the filter of all routes. */
@Catch(DomainError, HttpException)
export class AccountPageFilter implements ExceptionFilter<DomainError | HttpException> {
  catch(error: DomainError | HttpException, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, code, retryAfterSeconds, violations } = problemOf(error) ?? INTERNAL_ERROR;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    reply.status(status);
    const purpose = request.routeOptions.url?.includes('/verify/') ? 'verify-email' : 'reset-password';
    // The link is good still: the person may try another password.
    const again = code.startsWith('password-') || violations.some(({ field }) => field === 'password');
    const locale = negotiateLocale(preferredLocale(request));
    sendAccountPage(reply, { purpose, locale, state: again ? 'ask' : 'failed', problem: code });
  }
}
