import type { FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { accountPageContentSecurityPolicy, renderAccountPage, type AccountPage } from '#adapters/templates';

export function sendAccountPage(reply: FastifyReply, page: AccountPage): void {
  const nonce = randomBytes(16).toString('base64url');
  reply
    .header('content-security-policy', accountPageContentSecurityPolicy(nonce))
    .type('text/html; charset=utf-8')
    .send(renderAccountPage(page, nonce));
}
