import type { Dashboard } from './dashboard.js';
import { audited, per, rate } from './queries.js';
import { system } from './system-dashboard.js';

const business: Dashboard = {
  uid: 'gatehouse-business',
  title: 'Gatehouse: business',
  description: 'Who comes, how they get in, and whether messages reach them.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Sessions',
          description: 'Live sessions: an estimate where there are very many.',
          unit: 'short',
          stat: true,
          queries: { sessions: 'max(gatehouse_sessions_active)' },
        },
        {
          title: 'Sign-ins, last hour',
          description: 'People who were let in.',
          unit: 'short',
          stat: true,
          queries: { 'sign-ins': 'sum(increase(gatehouse_sign_ins_total{result="admitted"}[1h]))' },
        },
        {
          title: 'Registrations, last day',
          description: 'New accounts, by any method.',
          unit: 'short',
          stat: true,
          queries: {
            registrations: 'sum(increase(gatehouse_audit_events_total{action="user.registered"}[1d]))',
          },
        },
        {
          title: 'Deleted, last day',
          description: 'Accounts that their owners, or an administrator, deleted.',
          unit: 'short',
          stat: true,
          queries: { deleted: 'sum(increase(gatehouse_audit_events_total{action="user.deleted"}[1d]))' },
        },
      ],
    },
    {
      title: 'Getting in',
      panels: [
        {
          title: 'Sign-ins by method',
          description: 'Admitted, a minute.',
          unit: 'short',
          queries: {
            '{{method}}': `${per('method', rate('gatehouse_sign_ins_total{result="admitted"}'))} * 60`,
          },
        },
        {
          title: 'Registrations',
          description: 'New accounts, a minute.',
          unit: 'short',
          queries: { registrations: audited('user.registered') },
        },
        {
          title: 'Live sessions',
          description: 'Grows with people and with devices; falls when many are revoked at once.',
          unit: 'short',
          queries: { sessions: 'max(gatehouse_sessions_active)' },
        },
      ],
    },
    {
      title: 'One-time codes',
      panels: [
        {
          title: 'Conversion',
          description:
            'Of the codes asked for in half an hour, the share that was entered. Typical is 0.7 to 0.95.',
          unit: 'percentunit',
          queries: { '{{channel}}': 'gatehouse:code_conversion:ratio_increase30m' },
        },
        {
          title: 'Asked for and entered',
          description: 'A minute. Rejected codes are typing errors, or guesses.',
          unit: 'short',
          queries: {
            '{{channel}} {{event}}': `${per('channel, event', rate('gatehouse_one_time_codes_total'))} * 60`,
          },
        },
      ],
    },
    {
      title: 'Messages',
      panels: [
        {
          title: 'Sent, by template',
          description: 'A minute.',
          unit: 'short',
          queries: {
            '{{channel}} {{template}}': `${per('channel, template', rate('gatehouse_messages_total{result="sent"}'))} * 60`,
          },
        },
        {
          title: 'Not sent',
          description: 'A minute: refused for good, perhaps sent, too late, or to be tried again.',
          unit: 'short',
          queries: {
            '{{channel}} {{result}}': `${per('channel, result', rate('gatehouse_messages_total{result!="sent"}'))} * 60`,
          },
        },
        {
          title: 'Share that fails',
          description: 'The alert GatehouseMessagesFail fires at 20 %.',
          unit: 'percentunit',
          queries: { '{{channel}}': 'gatehouse:messages_failed:ratio_increase10m' },
        },
      ],
    },
  ],
};

const security: Dashboard = {
  uid: 'gatehouse-security',
  title: 'Gatehouse: security',
  description: 'Who is kept out, and what an attack would look like.',
  rows: [
    {
      title: 'Last hour',
      panels: [
        {
          title: 'Rejected sign-ins',
          description: 'A wrong code or password.',
          unit: 'short',
          stat: true,
          queries: { rejected: 'sum(increase(gatehouse_sign_ins_total{result="rejected"}[1h]))' },
        },
        {
          title: 'Refused sign-ins',
          description: 'The right proof, but an account that may not come in.',
          unit: 'short',
          stat: true,
          queries: { refused: 'sum(increase(gatehouse_sign_ins_total{result="refused"}[1h]))' },
        },
        {
          title: 'Spent refresh tokens',
          description: 'Used again: each is a theft, or an app that keeps old tokens.',
          unit: 'short',
          stat: true,
          queries: {
            reused: 'sum(increase(gatehouse_audit_events_total{action="session.refresh-reused"}[1h]))',
          },
        },
        {
          title: 'Lockouts',
          description: 'Accounts closed for a while after too many wrong passwords.',
          unit: 'short',
          stat: true,
          queries: {
            lockouts: 'sum(increase(gatehouse_audit_events_total{action="password.locked-out"}[1h]))',
          },
        },
        {
          title: 'Addresses blocked',
          description: 'Networks that kept hitting the limits.',
          unit: 'short',
          stat: true,
          queries: { blocked: 'sum(increase(gatehouse_audit_events_total{action="address.blocked"}[1h]))' },
        },
      ],
    },
    {
      title: 'Alerts',
      panels: [
        {
          title: 'Alerts that began',
          description: 'An attack is one of them, however large: docs/guides/alerts.md says what each means.',
          unit: 'short',
          queries: { '{{kind}}': 'sum by (kind) (increase(gatehouse_alerts_total[1h]))' },
        },
        {
          title: 'Posted to the webhook',
          description: 'Attempts in an hour: sent, rejected for good, or to be tried again.',
          unit: 'short',
          queries: { '{{result}}': 'sum by (result) (increase(gatehouse_webhook_deliveries_total[1h]))' },
        },
      ],
    },
    {
      title: 'Guessing',
      panels: [
        {
          title: 'Sign-ins by result',
          description: 'A minute. Rejections that rise while admissions do not are an attack.',
          unit: 'short',
          queries: {
            '{{method}} {{result}}': `${per('method, result', rate('gatehouse_sign_ins_total'))} * 60`,
          },
        },
        {
          title: 'Share rejected',
          description:
            'The alert GatehouseCredentialStuffing fires at 70 %, of more than a hundred in ten minutes.',
          unit: 'percentunit',
          queries: { rejected: 'gatehouse:sign_ins_rejected:ratio_increase10m' },
        },
      ],
    },
    {
      title: 'Flooding',
      panels: [
        {
          title: 'Turned away by the limits',
          description: 'Answers of 429 a second, by the limit that was hit.',
          unit: 'reqps',
          queries: {
            '{{limit}} {{reason}}': per('limit, reason', rate('gatehouse_rate_limited_requests_total')),
          },
        },
        {
          title: 'Code conversion by SMS',
          description: 'It collapses when codes are asked for to numbers that nobody reads: SMS pumping.',
          unit: 'percentunit',
          queries: { sms: 'gatehouse:code_conversion:ratio_increase30m{channel="sms"}' },
        },
        {
          title: 'Codes refused to be sent',
          description: 'A minute: one identifier asked for too many.',
          unit: 'short',
          queries: {
            '{{channel}}': `${per('channel', rate('gatehouse_one_time_codes_total{event="throttled"}'))} * 60`,
          },
        },
      ],
    },
    {
      title: 'The audit record',
      panels: [
        {
          title: 'Failures by action',
          description: 'A minute, the ten most frequent.',
          unit: 'short',
          queries: {
            '{{action}}': `topk(10, ${per('action', rate('gatehouse_audit_events_total{result="failure"}'))} * 60)`,
          },
        },
        {
          title: 'Sessions ended',
          description: 'A minute: signed out, superseded, revoked.',
          unit: 'short',
          queries: { revoked: audited('session.revoked') },
        },
        {
          title: 'Denied to signed-in people',
          description: 'A minute: requests for what they have no permission for.',
          unit: 'short',
          queries: { denied: audited('access.denied') },
        },
      ],
    },
  ],
};

export const DASHBOARDS: readonly Dashboard[] = [system, business, security];
