import { Eta } from 'eta/core';
import type { LinkPurpose, Locale } from '#domain/notification';
import { ACCOUNT_PAGE } from './layouts/account-page.layout.js';
import { PAGE_WORDS } from './account-page.words.js';

/** Where a mailed link leads, and what became of it. */
export interface AccountPage {
  readonly purpose: LinkPurpose;
  readonly locale: Locale;
  readonly state: 'ask' | 'done' | 'failed';
  /** The stable code of what went wrong. */
  readonly problem?: string;
}

const eta = new Eta({ autoEscape: true });
const page = eta.compile(ACCOUNT_PAGE);

/** `nonce` is fresh for every response, and the one in its policy. */
export function renderAccountPage({ purpose, locale, state, problem }: AccountPage, nonce: string): string {
  const { problems, password, ...words } = PAGE_WORDS[locale];
  const { title, text, button } = words[purpose][state];
  return eta.render(page, {
    locale,
    nonce,
    title,
    text,
    button,
    password: purpose === 'reset-password' && password,
    problem: problem && (problems[problem] ?? problems.other),
  });
}

/** Its own style, its form to this origin, and nothing else. */
export const accountPageContentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
