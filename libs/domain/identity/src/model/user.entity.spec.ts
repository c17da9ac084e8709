import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at } from '#domain/kernel/testing';
import { aDeletedUser, anEmail, aPhone, aUser, aUsername, proved } from '#domain/identity/testing';
import { primaryIdentifier, recipientOf, recipientsOf } from './identity-events.js';
import { existing, MAX_IDENTIFIERS, User } from './user.entity.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('User', () => {
  it('starts active, with what was proved and nothing else', () => {
    const identifier = proved();
    const profile = { displayName: 'Ada', locale: null };
    expect(User.register('id', identifier, profile, ['user'], at(0)).state).toEqual({
      id: 'id',
      status: 'active',
      profile,
      roles: ['user'],
      identifiers: [identifier],
      createdAt: at(0),
      updatedAt: at(0),
      deletedAt: null,
      lockedUntil: null,
    });
  });

  it.each([
    ['active', null],
    ['pending', 'account-pending'],
    ['suspended', 'account-suspended'],
    ['deleted', 'account-deleted'],
  ] as const)('that is %s is refused a session with %j', (status, refusal) => {
    expect(aUser({ status }).signInRefusal(at(0))?.code ?? null).toBe(refusal);
  });

  it('is locked until the very instant that its lock ends', () => {
    const user = aUser({ lockedUntil: at(1) });
    expect(user.signInRefusal(at(0))?.code).toBe('account-locked');
    expect(user.signInRefusal(at(1))).toBeNull();
  });

  it('changes the part of the profile that is named', () => {
    const user = aUser({ profile: { displayName: 'Ada', locale: 'en' } });
    expect(user.withProfile({ locale: null }, at(1)).state).toEqual({
      ...user.state,
      profile: { displayName: 'Ada', locale: null },
      updatedAt: at(1),
    });
  });

  it('keeps its identifiers when it is deleted', () => {
    const user = aUser();
    expect(user.deleted(at(1)).state).toEqual({
      ...user.state,
      status: 'deleted',
      updatedAt: at(1),
      deletedAt: at(1),
    });
  });

  it('does not hold one identifier twice', () => {
    const user = aUser();
    const again = proved(user.identifiers[0]!.identifier);
    expect(() => user.withIdentifier(again, at(1))).toThrow(code('identifier-taken'));
  });

  it('holds ten identifiers and no eleventh', () => {
    const user = aUser({ identifiers: Array.from({ length: 9 }, () => proved()) }).withIdentifier(
      proved(),
      at(1),
    );
    expect(user.identifiers).toHaveLength(10);
    expect(() => user.withIdentifier(proved(), at(1))).toThrow(code('too-many-identifiers'));
  });

  it('does not part with an identifier that is not its own', () => {
    const user = aUser({ identifiers: [proved(), proved()] });
    expect(() => user.withoutIdentifier(proved().id, at(1))).toThrow(code('identifier-not-found'));
  });

  it('is pending without any identifier until it is activated with those that were proved, once', () => {
    const pending = User.pending('id', { displayName: null, locale: 'de' }, ['user'], at(0));
    expect(pending.state).toMatchObject({ status: 'pending', identifiers: [] });
    const identifiers = [proved(), proved(aUsername())];
    const activated = pending.activated(identifiers, at(1));
    expect(activated.state).toEqual({ ...pending.state, status: 'active', identifiers, updatedAt: at(1) });
    expect(() => activated.activated(identifiers, at(2))).toThrow(code('account-not-pending'));
  });

  it('does not part with the last identifier that a message reaches: a username is none', () => {
    const [email, username] = [proved(), proved(aUsername())];
    const user = aUser({ identifiers: [email, username] });
    expect(() => user.withoutIdentifier(email.id, at(1))).toThrow(code('last-identifier'));
    expect(user.withoutIdentifier(username.id, at(1)).user.identifiers).toEqual([email]);
  });

  it('is written to wherever a message reaches, and not at its username', () => {
    const [email, phone, username] = [proved(), proved(aPhone()), proved(aUsername())];
    const user = aUser({ identifiers: [username, phone, email] });
    expect(recipientsOf(user)).toEqual([
      { channel: 'sms', to: phone.identifier.value },
      { channel: 'email', to: email.identifier.value },
    ]);
    expect(primaryIdentifier(user)).toBe(email.identifier);
    expect(primaryIdentifier(aUser({ identifiers: [username, phone] }))).toBe(phone.identifier);
    expect(() => recipientOf(username.identifier)).toThrow('cannot be written to');
  });

  it('takes one identifier in the place of another, also at the limit', () => {
    const held = Array.from({ length: MAX_IDENTIFIERS }, () => proved());
    const user = aUser({ identifiers: held });
    const added = proved();
    const { user: changed, removed } = user.replacingIdentifier(held[3]!.id, added, at(1));
    expect(removed).toBe(held[3]);
    expect(changed.identifiers).toEqual([...held.filter((each) => each !== removed), added]);
    const taken = [proved(held[0]!.identifier), proved(held[3]!.identifier)];
    for (const each of taken) {
      expect(() => user.replacingIdentifier(held[3]!.id, each, at(1))).toThrow(code('identifier-taken'));
    }
    expect(() => user.replacingIdentifier(added.id, proved(), at(1))).toThrow(code('identifier-not-found'));
  });

  it('always holds at least one identifier and at most ten, each once, whatever is asked of it', () => {
    const pool = Array.from({ length: 14 }, () => anEmail());
    const wishes = fc.array(fc.record({ add: fc.boolean(), which: fc.nat(13) }), { maxLength: 60 });
    fc.assert(
      fc.property(wishes, (asked) => {
        let user = aUser({ identifiers: [proved(pool[0])] });
        for (const { add, which } of asked) {
          const before = user.identifiers.map(({ id }) => id);
          const current = user;
          try {
            user = add
              ? current.withIdentifier(proved(pool[which]), at(1))
              : current.withoutIdentifier(current.identifiers[which]?.id ?? 'none', at(1)).user;
          } catch (error) {
            expect((error as { code: string }).code).toMatch(
              /^(identifier-taken|too-many-identifiers|identifier-not-found|last-identifier)$/,
            );
          }
          expect(current.identifiers.map(({ id }) => id)).toEqual(before);
          const values = user.identifiers.map(({ identifier }) => identifier.value);
          expect(new Set(values).size).toBe(values.length);
          expect(values.length).toBeGreaterThanOrEqual(1);
          expect(values.length).toBeLessThanOrEqual(MAX_IDENTIFIERS);
        }
      }),
    );
  });
});

describe('existing', () => {
  it('hands on an account that may be used', () => {
    for (const user of [aUser(), aUser({ status: 'suspended' })]) expect(existing(user)).toBe(user);
  });

  it.each([
    ['unknown', null],
    ['deleted', aDeletedUser(at(0))],
  ])('refuses one that is %s', (_what, user) => {
    expect(() => existing(user)).toThrow(code('account-not-found'));
  });
});
