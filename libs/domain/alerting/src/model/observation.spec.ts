import { describe, expect, it } from '@jest/globals';
import type { AuditAction, TrailRow } from '#domain/audit';
import { aTrailRow } from '#domain/audit/testing';
import { at } from '#domain/kernel/testing';
import { observe } from './observation.js';

const opened = (metadata: object | null): Partial<TrailRow> => ({
  action: 'session.opened',
  result: 'success',
  metadata: metadata && JSON.stringify(metadata),
});
const imported = (metadata: object): Partial<TrailRow> => ({
  action: 'user.imported',
  result: 'success',
  metadata: JSON.stringify(metadata),
});
const row = (action: AuditAction, result = 'failure'): Partial<TrailRow> => ({ action, result });

describe('observe', () => {
  it.each<[Partial<TrailRow>, object]>([
    [row('otp.rejected'), { kinds: [], failure: true }],
    [row('otp.throttled'), { kinds: [], failure: true }],
    [row('password.rejected'), { kinds: [], failure: true }],
    [row('password.throttled'), { kinds: [], failure: true }],
    [row('password.locked-out'), { kinds: ['lockout'], notice: null, told: 'many-failures' }],
    [row('session.refresh-reused'), { kinds: ['refresh-reuse'], notice: 'refresh-reused' }],
    [row('address.blocked'), { kinds: ['address-blocked'], notice: null }],
    [row('user.roles-changed', 'success'), { kinds: ['role-change'], notice: 'roles-changed' }],
    [row('role.updated', 'success'), { kinds: ['role-change'] }],
    [row('administrator.appointed', 'success'), { kinds: ['role-change'], notice: 'roles-changed' }],
    [imported({ roles: 'user,admin' }), { kinds: ['role-change'], notice: null }],
    [opened({ riskReasons: ['new-device'] }), { kinds: ['new-device'], notice: null }],
    [
      opened({ riskReasons: ['new-device', 'new-country'], country: 'NZ' }),
      { kinds: ['new-device', 'unusual-place'], notice: null },
    ],
    [
      opened({ riskReasons: ['velocity', 'new-country', 'impossible-travel'], country: 'NZ' }),
      { kinds: ['unusual-place', 'impossible-travel'], notice: 'unusual-sign-in', country: 'NZ' },
    ],
    [opened({ riskReasons: ['impossible-travel'] }), { notice: 'unusual-sign-in', country: null }],
  ])('%j is %j', (overrides, expected) => {
    expect(observe(aTrailRow(overrides), at(0))).toMatchObject(expected);
  });

  it.each<Partial<TrailRow>>([
    row('otp.verified', 'success'),
    row('password.verified', 'success'),
    row('session.revoked', 'success'),
    row('administrator.appointed'),
    opened(null),
    imported({ password: 'none', roles: 'user' }),
    imported({ password: 'none', roles: '' }),
    imported({ password: 'none' }),
    opened({}),
    opened({ method: 'pwd', risk: 40, riskReasons: [] }),
    opened({ riskReasons: ['velocity', 'listed-address', 'failed-attempts', 'unusual-hour'] }),
  ])('%j is no matter', (overrides) => {
    expect(observe(aTrailRow(overrides), at(0))).toBeNull();
  });

  it('reads when, who, where from and by which request, to the millisecond and without a netmask', () => {
    const given = {
      userId: null,
      requestId: 'r',
      action: 'otp.rejected',
      occurredAt: '2026-01-15T12:00:00.123456',
    };
    expect(observe(aTrailRow({ ...given, address: '2001:db8::1/128' }), at(0))).toMatchObject({
      at: new Date('2026-01-15T12:00:00.123Z'),
      userId: null,
      address: '2001:db8::1',
      requestId: 'r',
    });
  });
});
