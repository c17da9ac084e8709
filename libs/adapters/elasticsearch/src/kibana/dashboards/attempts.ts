import { count, overTime, share, top, unique, type Filter } from '../panel.js';
import type { Dashboard } from '../saved-objects.js';

const LET_IN: Filter = { action: 'session.opened' };
const REJECTED: Filter = { action: ['otp.rejected', 'password.rejected', 'link.rejected'] };
const REFUSED: Filter = { action: 'session.refused' };
const PROVED_OR_NOT: Filter = {
  action: ['otp.verified', 'otp.rejected', 'password.verified', 'password.rejected'],
};
const ATTEMPTS: Filter = {
  action: [
    'otp.verified',
    'otp.rejected',
    'link.rejected',
    'password.verified',
    'password.rejected',
    'password.throttled',
    'password.locked-out',
    'session.opened',
    'session.refused',
  ],
};

export const attempts: Dashboard = {
  id: 'gatehouse-auth-attempts',
  title: 'Gatehouse: authentication attempts',
  description: 'Who tries to get in, who does, and what keeps the others out.',
  controls: { Account: 'userId', Address: 'ip' },
  rows: [
    [
      {
        title: 'Let in',
        description: 'Sessions opened.',
        kind: 'number',
        metrics: { 'Let in': count(LET_IN) },
      },
      {
        title: 'People',
        description: 'Different accounts among them.',
        kind: 'number',
        metrics: { People: unique('userId', LET_IN) },
      },
      {
        title: 'Rejected',
        description: 'A code, password or link was wrong, spent or too old.',
        kind: 'number',
        metrics: { Rejected: count(REJECTED) },
      },
      {
        title: 'Share rejected',
        description:
          'Of the codes and passwords tried. Normal is below 20 %; above 70 % somebody is guessing.',
        kind: 'number',
        metrics: {
          'Share rejected': share({ action: ['otp.rejected', 'password.rejected'] }, PROVED_OR_NOT),
        },
      },
      {
        title: 'Refused',
        description: 'The proof was right, but the account may not come in: suspended, locked, deleted.',
        kind: 'number',
        metrics: { Refused: count(REFUSED) },
      },
    ],
    [
      {
        title: 'Attempts',
        description: 'Rejections that rise while sessions do not are an attack; both rising is a busy day.',
        kind: 'lines',
        where: ATTEMPTS,
        metrics: { Events: count() },
        by: [top(10, 'action'), overTime],
      },
      {
        title: 'Let in by method',
        description: 'How people get in.',
        kind: 'lines',
        where: LET_IN,
        metrics: { 'Let in': count() },
        by: [top(10, 'metadata.method'), overTime],
      },
    ],
    [
      {
        title: 'Why not',
        description: 'The reasons of failures.',
        kind: 'bars',
        where: { ...ATTEMPTS, status: 'failure' },
        metrics: { Failures: count() },
        by: [top(15, 'reason')],
      },
      {
        title: 'Countries',
        description: 'Where people are let in from, where addresses can be placed.',
        kind: 'bars',
        where: LET_IN,
        metrics: { 'Let in': count() },
        by: [top(15, 'metadata.country')],
      },
    ],
    [
      {
        title: 'Addresses that fail most',
        description: 'One address with many accounts is stuffing, or an office behind one address.',
        kind: 'table',
        where: ATTEMPTS,
        metrics: { Rejected: count(REJECTED), 'Let in': count(LET_IN), Accounts: unique('userId') },
        by: [top(50, 'ip')],
      },
      {
        title: 'Programs that fail most',
        description: 'Tools that guess often call themselves all the same.',
        kind: 'table',
        where: ATTEMPTS,
        metrics: { Rejected: count(REJECTED), 'Let in': count(LET_IN), Addresses: unique('ip') },
        by: [top(50, 'userAgent.keyword')],
      },
    ],
  ],
};
