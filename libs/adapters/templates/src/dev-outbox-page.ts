import { Eta } from 'eta/core';
import type { DevOutboxMessage } from '#domain/notification';
import { DEV_OUTBOX_PAGE } from './layouts/dev-outbox-page.layout.js';

export interface DevOutboxPage {
  readonly messages: readonly DevOutboxMessage[];
  /** The recipient whose messages these are; empty for everyone's. */
  readonly to: string;
  /** Fresh for every response, and the one in the response's policy. */
  readonly nonce: string;
}

const eta = new Eta({ autoEscape: true });
const page = eta.compile(DEV_OUTBOX_PAGE);

/** Each message as it would be read. */
export function renderDevOutboxPage({ messages, to, nonce }: DevOutboxPage): string {
  return eta.render(page, {
    to,
    nonce,
    messages: messages.map((message) => ({
      ...message,
      title: message.subject || `Text message to ${message.to}`,
      createdAt: message.createdAt.toISOString(),
      // A srcdoc document lives under the policy of the page around it.
      document: message.html?.replace('<style>', `<style nonce="${nonce}">`),
    })),
  });
}

/** Emails need their inline styles; nothing else is allowed to load, run, or frame the page. */
export const devOutboxContentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
