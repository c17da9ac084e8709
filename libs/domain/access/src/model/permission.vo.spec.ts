import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Permission } from './permission.vo.js';

const word = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}$/);
const part = fc.oneof(word, fc.constant('*'));
const anyPermission = fc
  .tuple(part, part)
  .map(([resource, action]) => Permission.of(`${resource}:${action}`));

describe('Permission', () => {
  it('says itself again as it was written', () => {
    fc.assert(
      fc.property(part, part, (resource, action) => {
        const text = `${resource}:${action}`;
        expect(Permission.of(text)).toMatchObject({ resource, action });
        expect([String(Permission.of(text)), JSON.stringify(Permission.of(text))]).toEqual([
          text,
          `"${text}"`,
        ]);
      }),
    );
  });

  it.each([
    '',
    'users',
    ':',
    'users:',
    ':read',
    'users:read:all',
    'Users:read',
    'users:Read',
    ' users:read',
    'users:read\n',
    'users: read',
    'user*:read',
    'users:re*',
    '**:read',
    '-users:read',
    'users-:read',
    'us--ers:read',
    'us_ers:read',
    'benützer:read',
    'users:read,roles:manage',
    `${'a'.repeat(96)}:read`,
  ])('is not %j', (text) => {
    expect(() => Permission.of(text)).toThrow(expect.objectContaining({ code: 'invalid-permission' }));
  });

  it('covers what it names and nothing that merely begins like it', () => {
    const covers = (held: string, wanted: string) => Permission.of(held).covers(Permission.of(wanted));
    expect(covers('users:*', 'users:read')).toBe(true);
    expect(covers('*:read', 'users:read')).toBe(true);
    expect(covers('*:*', '*:*')).toBe(true);
    expect(covers('users:*', 'users-admin:x')).toBe(false);
    expect(covers('users-admin:x', 'users:x')).toBe(false);
    expect(covers('users:read', 'users:read-all')).toBe(false);
    expect(covers('users:read', 'users:*')).toBe(false);
    expect(covers('*:read', '*:*')).toBe(false);
  });

  it('covers another exactly when every single right that the other grants is its own', () => {
    const words = ['a', 'a-b', 'b'];
    const meant = (text: string) => (text === '*' ? [...words, 'unheard-of'] : [text]);
    const few = fc.constantFrom(...words, '*');
    const one = fc.tuple(few, few).map(([resource, action]) => Permission.of(`${resource}:${action}`));
    fc.assert(
      fc.property(one, one, (held, other) => {
        const rights = meant(other.resource).flatMap((resource) =>
          meant(other.action).map((action) => Permission.of(`${resource}:${action}`)),
        );
        expect(held.covers(other)).toBe(rights.every((right) => held.covers(right)));
      }),
    );
  });

  it('is covered by itself, and by whatever covers what covers it', () => {
    fc.assert(
      fc.property(anyPermission, anyPermission, anyPermission, (a, b, c) => {
        expect(a.covers(a)).toBe(true);
        if (a.covers(b) && b.covers(c)) expect(a.covers(c)).toBe(true);
        if (a.covers(b) && b.covers(a)) expect(String(a)).toBe(String(b));
      }),
    );
  });
});
