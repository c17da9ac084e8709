import { count, overTime, share, top, unique, type Filter } from '../panel.js';
import type { Dashboard } from '../saved-objects.js';

const SENT: Filter = { action: 'otp.requested' };
const THROTTLED: Filter = { action: 'otp.throttled' };
const VERIFIED: Filter = { action: 'otp.verified' };
const REJECTED: Filter = { action: 'otp.rejected' };
const EXPIRED: Filter = { ...REJECTED, reason: 'otp-expired' };
const USED: Filter = { action: ['otp.requested', 'otp.verified', 'otp.rejected'] };
const ANY: Filter = { action: ['otp.requested', 'otp.throttled', 'otp.verified', 'otp.rejected'] };

const CONVERSION = share(VERIFIED, SENT);

export const codes: Dashboard = {
  id: 'gatehouse-auth-codes',
  title: 'Gatehouse: one-time codes',
  description: 'Whether the codes that are sent are entered, and where they are not.',
  controls: { 'Calling code': 'metadata.callingCode', Address: 'ip' },
  rows: [
    [
      { title: 'Sent', description: 'Codes asked for.', kind: 'number', metrics: { Sent: count(SENT) } },
      {
        title: 'Verified',
        description: 'Codes entered in time.',
        kind: 'number',
        metrics: { Verified: count(VERIFIED) },
      },
      {
        title: 'Expired',
        description: 'Codes entered too late. Many say that messages are slow.',
        kind: 'number',
        metrics: { Expired: count(EXPIRED) },
      },
      {
        title: 'Conversion',
        description: 'Verified for each one sent. Normal is 70 to 95 %.',
        kind: 'number',
        metrics: { Conversion: CONVERSION },
      },
      {
        title: 'Held back',
        description: 'Not sent, because an identifier had its share of codes.',
        kind: 'number',
        metrics: { 'Held back': count(THROTTLED) },
      },
    ],
    [
      {
        title: 'Codes',
        description:
          'Sent and verified rise and fall together; a gap that opens is codes that nobody enters.',
        kind: 'lines',
        where: ANY,
        metrics: {
          Sent: count(SENT),
          Verified: count(VERIFIED),
          Rejected: count(REJECTED),
          'Held back': count(THROTTLED),
        },
        by: [overTime],
      },
      {
        title: 'Conversion by kind',
        description: 'By email and by phone. One that falls alone is its provider, or pumping.',
        kind: 'lines',
        where: USED,
        metrics: { Conversion: CONVERSION },
        by: [top(3, 'metadata.kind'), overTime],
      },
    ],
    [
      {
        title: 'Conversion by calling code',
        description:
          'A prefix with many codes sent and few verified is SMS pumping: close it at the provider (geo permissions).',
        kind: 'table',
        where: { ...USED, 'metadata.kind': 'phone' },
        metrics: {
          Sent: count(SENT),
          Verified: count(VERIFIED),
          Expired: count(EXPIRED),
          Conversion: CONVERSION,
        },
        by: [top(50, 'metadata.callingCode')],
      },
      {
        title: 'Codes by calling code',
        description: 'A prefix that appears overnight has not become popular.',
        kind: 'lines',
        where: SENT,
        metrics: { Sent: count() },
        by: [top(10, 'metadata.callingCode'), overTime],
      },
    ],
    [
      {
        title: 'Why codes are rejected',
        description: 'Invalid is a typing error or a guess, exhausted five of them, expired too late.',
        kind: 'bars',
        where: REJECTED,
        metrics: { Rejected: count() },
        by: [top(5, 'reason')],
      },
      {
        title: 'Addresses that ask for most',
        description: 'One address that asks for codes of many countries, and enters none, sells traffic.',
        kind: 'table',
        where: USED,
        metrics: {
          Sent: count(SENT),
          Verified: count(VERIFIED),
          'Calling codes': unique('metadata.callingCode'),
        },
        by: [top(50, 'ip')],
      },
    ],
  ],
};
