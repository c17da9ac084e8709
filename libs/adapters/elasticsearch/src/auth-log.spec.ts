import { describe, expect, it } from '@jest/globals';
import { aTrailRow } from '#domain/audit/testing';
import { days, hours } from '#domain/kernel';
import { indexOf, toAuthLog } from './auth-log.js';
import { AUTH_LOG_MAPPING, authLogLifecycle, authLogTemplate } from './auth-log-template.js';

/** Every path that a document has, and every one that the mapping has. */
function pathsOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsOf(inner, prefix ? `${prefix}.${name}` : name),
  );
}
const mapped = (mapping: object, prefix = ''): string[] =>
  'properties' in mapping
    ? Object.entries(mapping.properties as Record<string, object>).flatMap(([name, inner]) =>
        mapped(inner, prefix ? `${prefix}.${name}` : name),
      )
    : [prefix];

describe('An auth log', () => {
  it('has no field that the mapping does not know', () => {
    const row = aTrailRow({
      actorId: 'a',
      reason: 'why',
      traceId: 't',
      metadata: '{"risk": 3, "country": "DE", "riskReasons": ["velocity"]}',
    });
    const known = new Set(mapped(AUTH_LOG_MAPPING));
    expect(pathsOf(toAuthLog(row)).filter((path) => !known.has(path))).toEqual([]);
  });

  it('leaves out what is not known rather than saying that it is nothing', () => {
    const row = aTrailRow({
      actorId: null,
      userId: null,
      sessionId: null,
      reason: null,
      metadata: null,
      traceId: null,
    });
    const text = JSON.stringify(toAuthLog(row));
    expect(text).not.toContain('null');
    expect(JSON.parse(text)).not.toHaveProperty('user');
  });

  it('belongs to the day on which it happened, in UTC', () => {
    expect(indexOf(aTrailRow({ occurredAt: '2026-02-28T23:59:59.999999' }))).toBe('auth-logs-2026.02.28');
  });

  it.each([
    ['session.opened', 'success', 'info', ['authentication', 'session'], ['start']],
    ['session.refused', 'failure', 'warn', ['authentication'], ['start']],
    ['otp.rejected', 'failure', 'warn', ['authentication'], ['start']],
    ['password.throttled', 'failure', 'warn', ['authentication'], ['start']],
    ['session.refresh-reused', 'failure', 'error', ['session'], ['info']],
    ['password.locked-out', 'failure', 'error', ['authentication'], ['info']],
    ['address.blocked', 'failure', 'error', ['intrusion_detection'], ['denied']],
    ['user.roles-changed', 'success', 'info', ['iam'], ['user', 'change']],
    ['role.deleted', 'success', 'info', ['iam'], ['group', 'deletion']],
    ['something.unheard-of', 'success', 'info', ['iam'], ['user', 'change']],
  ])('of %s (%s) has the level %s, and its place in ECS', (action, result, level, category, type) => {
    const document = toAuthLog(aTrailRow({ action, result }));
    expect(document).toMatchObject({ level, log: { level }, event: { category, type, outcome: result } });
  });

  it.each(['otp.requested', 'link.requested', 'otp.verified', 'password.verified', 'user.exported'])(
    'of %s is no success to those who count successful sign-ins',
    (action) => {
      expect(toAuthLog(aTrailRow({ action, result: 'success' })).event.outcome).toBeUndefined();
      expect(toAuthLog(aTrailRow({ action, result: 'failure' })).event.outcome).toBe('failure');
    },
  );

  it.each([
    ['an administrator', 'admin', 'ada', { id: 'admin', target: { id: 'ada' } }],
    ['the owner', 'ada', 'ada', { id: 'ada' }],
    ['somebody unknown', null, 'ada', { id: 'ada' }],
    ['somebody to no account', 'admin', null, { id: 'admin' }],
    ['nobody known', null, null, undefined],
  ])('says in ECS who acted, and whom it was done to: %s', (_who, actorId, userId, user) => {
    expect(toAuthLog(aTrailRow({ actorId, userId })).user).toEqual(user);
  });

  it.each([
    ['203.0.113.7/32', '203.0.113.7'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['::1', '::1'],
  ])('takes the address from %s', (address, ip) => {
    expect(toAuthLog(aTrailRow({ address }))).toMatchObject({ ip, source: { ip }, related: { ip: [ip] } });
  });
});

describe('What is installed for auth logs', () => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('speaks only of what the server has (lifecycle: %p, pipeline: %p)', (lifecycle, pipeline) => {
    const { index } = authLogTemplate({ lifecycle, pipeline }).template.settings;
    expect(['lifecycle' in index, 'default_pipeline' in index]).toEqual([lifecycle, pipeline]);
  });

  it('keeps each day for its whole retention, or for ever', () => {
    expect(authLogLifecycle(days(90)).phases.delete?.min_age).toBe('91d');
    expect(authLogLifecycle(hours(36)).phases.delete?.min_age).toBe('3d');
    expect(authLogLifecycle(null).phases).not.toHaveProperty('delete');
  });
});
