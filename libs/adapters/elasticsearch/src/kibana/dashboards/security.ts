import { average, count, highest, overTime, top, unique, type Filter } from '../panel.js';
import type { Dashboard } from '../saved-objects.js';

const REUSED: Filter = { action: 'session.refresh-reused' };
const LOCKED_OUT: Filter = { action: 'password.locked-out' };
const BLOCKED: Filter = { action: 'address.blocked' };
const FORGED: Filter = { action: 'session.forgery-refused' };
const DENIED: Filter = { action: 'access.denied' };
const SIGNED_IN: Filter = { action: 'session.opened' };
const RISKY: Filter = { ...SIGNED_IN, 'metadata.risk': { atLeast: 60 } };
const EVENTS: Filter = {
  action: [
    'session.refresh-reused',
    'password.locked-out',
    'address.blocked',
    'session.forgery-refused',
    'access.denied',
  ],
};
const ADMINISTRATION: Filter = {
  action: [
    'administrator.appointed',
    'role.created',
    'role.updated',
    'role.deleted',
    'user.roles-changed',
    'user.suspended',
    'user.activated',
    'user.locked',
    'user.unlocked',
    'user.password-reset-started',
  ],
};

export const security: Dashboard = {
  id: 'gatehouse-security-events',
  title: 'Gatehouse: security events',
  description:
    'What nobody does by mistake, sign-ins that are unlike their owner, and what administrators did.',
  controls: { Account: 'related.user', Address: 'ip' },
  rows: [
    [
      {
        title: 'Spent tokens',
        description: 'A refresh token used again: a theft, or an app that keeps old ones. Normal is none.',
        kind: 'number',
        metrics: { 'Spent tokens': count(REUSED) },
      },
      {
        title: 'Lockouts',
        description: 'Accounts closed for a while after too many wrong passwords.',
        kind: 'number',
        metrics: { Lockouts: count(LOCKED_OUT) },
      },
      {
        title: 'Addresses blocked',
        description: 'They kept hitting the limits.',
        kind: 'number',
        metrics: { Blocked: count(BLOCKED) },
      },
      {
        title: 'Forgeries',
        description: "Requests with a session's cookies from where its app is not. Normal is none.",
        kind: 'number',
        metrics: { Forgeries: count(FORGED) },
      },
      {
        title: 'Risky sign-ins',
        description: 'Let in with a risk of 60 or more.',
        kind: 'number',
        metrics: { Risky: count(RISKY) },
      },
    ],
    [
      {
        title: 'Security events',
        description: 'Single ones are life; a curve is an attack.',
        kind: 'lines',
        where: EVENTS,
        metrics: { Events: count() },
        by: [top(10, 'action'), overTime],
      },
      {
        title: 'Risk of sign-ins',
        description: 'Average and highest, of 100.',
        kind: 'lines',
        where: SIGNED_IN,
        metrics: { Average: average('metadata.risk'), Highest: highest('metadata.risk') },
        by: [overTime],
      },
    ],
    [
      {
        title: 'What makes them risky',
        description: 'A new device is everyday; impossible travel and listed addresses are not.',
        kind: 'bars',
        where: SIGNED_IN,
        metrics: { 'Sign-ins': count() },
        by: [top(10, 'metadata.riskReasons')],
      },
      {
        title: 'Accounts with risky sign-ins',
        description: 'Ask them whether it was they, or end their sessions.',
        kind: 'table',
        where: RISKY,
        metrics: {
          'Sign-ins': count(),
          'Highest risk': highest('metadata.risk'),
          Addresses: unique('ip'),
          Countries: unique('metadata.country'),
        },
        by: [top(50, 'userId')],
      },
    ],
    [
      {
        title: 'Addresses behind them',
        description: 'What to block at the proxy.',
        kind: 'table',
        where: EVENTS,
        metrics: {
          Events: count(),
          'Spent tokens': count(REUSED),
          Lockouts: count(LOCKED_OUT),
          Denied: count(DENIED),
          Accounts: unique('userId'),
        },
        by: [top(50, 'ip')],
      },
      {
        title: 'Administration',
        description:
          'Rights given and taken, accounts closed and opened. Nobody should be surprised by a row.',
        kind: 'table',
        where: ADMINISTRATION,
        metrics: { Changes: count(), Accounts: unique('userId') },
        by: [top(20, 'actorId'), top(10, 'action')],
      },
    ],
  ],
};
