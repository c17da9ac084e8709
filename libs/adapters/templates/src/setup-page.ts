import { Eta } from 'eta/core';
import { SETUP_PAGE } from './layouts/setup-page.layout.js';

const eta = new Eta({ autoEscape: true });
const page = eta.compile(SETUP_PAGE);

/** Where the printed link leads. `nonce` is fresh for every response, and the one in its policy. */
export const renderSetupPage = (nonce: string): string => eta.render(page, { nonce });

/** Its own script and style, requests to this origin, and nothing else. */
export const setupPageContentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
