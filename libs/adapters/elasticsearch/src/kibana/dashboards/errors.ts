import { count, overTime, share, top, unique, type Filter } from '../panel.js';
import type { Dashboard } from '../saved-objects.js';

const FAILURE: Filter = { status: 'failure' };
const ANY: Filter = {};
const FAILED = share(FAILURE, ANY);

export const errors: Dashboard = {
  id: 'gatehouse-auth-errors',
  title: 'Gatehouse: error rates',
  description: 'What does not succeed, how often, and why.',
  controls: { Action: 'action', Reason: 'reason' },
  rows: [
    [
      {
        title: 'Events',
        description: 'All that was recorded.',
        kind: 'number',
        metrics: { Events: count() },
      },
      {
        title: 'Failures',
        description: 'What was rejected, refused, throttled or denied.',
        kind: 'number',
        metrics: { Failures: count(FAILURE) },
      },
      {
        title: 'Share of failures',
        description: 'Steady on a normal day, whatever its height: what matters is that it changes.',
        kind: 'number',
        metrics: { 'Share of failures': FAILED },
      },
      {
        title: 'Errors',
        description:
          'Failures that are never somebody mistyping: reuse, lockouts, forgeries, blocked addresses.',
        kind: 'number',
        metrics: { Errors: count({ level: 'error' }) },
      },
    ],
    [
      {
        title: 'Events by level',
        description: 'Information is what succeeded, a warning what failed, an error what needs a look.',
        kind: 'lines',
        metrics: { Events: count() },
        by: [top(3, 'level'), overTime],
      },
      {
        title: 'Share of failures over time',
        description: 'A step up with a deployment is the deployment.',
        kind: 'lines',
        metrics: { 'Share of failures': FAILED },
        by: [overTime],
      },
    ],
    [
      {
        title: 'Failures by action',
        description: 'An action that fails more often than it succeeds is broken, or under attack.',
        kind: 'table',
        metrics: { Failures: count(FAILURE), Events: count(), 'Share of failures': FAILED },
        by: [top(50, 'action')],
      },
      {
        title: 'Failures by reason',
        description: 'Many accounts from few addresses is an attack; many of both is a defect or an outage.',
        kind: 'table',
        where: FAILURE,
        metrics: { Failures: count(), Accounts: unique('userId'), Addresses: unique('ip') },
        by: [top(50, 'reason')],
      },
    ],
    [
      {
        title: 'Failures over time, by action',
        description: 'The ten that fail most.',
        kind: 'lines',
        where: FAILURE,
        metrics: { Failures: count() },
        by: [top(10, 'action'), overTime],
      },
      {
        title: 'Programs that fail',
        description: 'One version of an app that fails alone has a defect.',
        kind: 'table',
        where: FAILURE,
        metrics: { Failures: count(), Accounts: unique('userId'), Reasons: unique('reason') },
        by: [top(50, 'userAgent.keyword')],
      },
    ],
  ],
};
