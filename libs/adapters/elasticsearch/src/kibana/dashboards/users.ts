import { count, highest, overTime, top, unique, type Filter } from '../panel.js';
import type { Dashboard } from '../saved-objects.js';
import { userSearch } from '../searches.js';

const SIGNED_IN: Filter = { action: 'session.opened' };
const REGISTERED: Filter = { action: 'user.registered' };
const OWN_ACCOUNT: Filter = {
  action: [
    'credentials.password-reset',
    'password.changed',
    'user.identifier-added',
    'user.identifier-removed',
    'user.profile-updated',
    'user.exported',
    'device.trusted',
    'device.distrusted',
    'device.removed',
    'user.deleted',
    'user.restored',
  ],
};

export const users: Dashboard = {
  id: 'gatehouse-user-activity',
  title: 'Gatehouse: user activity',
  description: 'What accounts do; and, with one picked above, the whole story of one.',
  controls: { 'Account or actor': 'related.user', Session: 'sessionId', Address: 'ip' },
  rows: [
    [
      {
        title: 'Active accounts',
        description: 'Accounts that something was recorded of.',
        kind: 'number',
        metrics: { Accounts: unique('userId') },
      },
      {
        title: 'Sign-ins',
        description: 'Sessions opened.',
        kind: 'number',
        metrics: { 'Sign-ins': count(SIGNED_IN) },
      },
      {
        title: 'Registered',
        description: 'New accounts.',
        kind: 'number',
        metrics: { Registered: count(REGISTERED) },
      },
      {
        title: 'Deleted',
        description: 'By their owners, or by an administrator.',
        kind: 'number',
        metrics: { Deleted: count({ action: 'user.deleted' }) },
      },
    ],
    [
      {
        title: 'Sessions',
        description:
          'Ended ones were signed out, superseded or revoked; those that ran out are not recorded.',
        kind: 'lines',
        metrics: {
          Opened: count(SIGNED_IN),
          Ended: count({ action: 'session.revoked' }),
          Registered: count(REGISTERED),
        },
        by: [overTime],
      },
      {
        title: 'Changes to accounts',
        description:
          'Addresses that change right after a password was reset are an account being taken over.',
        kind: 'lines',
        where: OWN_ACCOUNT,
        metrics: { Changes: count() },
        by: [top(10, 'action'), overTime],
      },
    ],
    [
      {
        title: 'Accounts',
        description:
          'Click on one to see it alone. Many addresses or countries in a day are rarely one person.',
        kind: 'table',
        metrics: {
          Events: count(),
          'Sign-ins': count(SIGNED_IN),
          Failures: count({ status: 'failure' }),
          Addresses: unique('ip'),
          Countries: unique('metadata.country'),
          'Highest risk': highest('metadata.risk'),
        },
        by: [top(100, 'userId')],
      },
    ],
  ],
  search: userSearch,
};
