import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  MAX_PENDING_PER_ADDRESS,
  type ExpiredRegistrations,
  type Passwords,
  type PendingRegistration,
  type RegistrationOutcome,
  type Registrations,
} from '#domain/credentials';
import type { AccountDirectory, Accounts } from '#domain/identity';
import { anEmail, aUser, aUsername, proved } from '#domain/identity/testing';
import { addMilliseconds, hours, minutes, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId, tally } from '#domain/kernel/testing';
import { aRegistration } from './link.mother.js';
import { aPasswordHash } from './passwords.mother.js';

interface Tx {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly registrations: Registrations;
}

export interface RegistrationsSubject {
  readonly unitOfWork: UnitOfWork<Tx>;
  readonly directory: AccountDirectory;
  readonly expired: ExpiredRegistrations;
}

/** The threat is whoever registers somebody else's address, or uses a link twice. Run by a spec for each adapter. */
export function describeRegistrationsContract(
  name: string,
  makeSubject: () => RegistrationsSubject | Promise<RegistrationsSubject>,
): void {
  describe(`Registrations contract: ${name}`, () => {
    let subject: RegistrationsSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => subject.unitOfWork.run(work);
    const registered = async (overrides: Partial<PendingRegistration> = {}): Promise<PendingRegistration> => {
      const registration = aRegistration(overrides);
      const { userId: id, createdAt } = registration;
      await run(async ({ accounts, passwords, registrations }) => {
        accounts.insert(aUser({ id, status: 'pending', identifiers: [], createdAt }));
        passwords.set(id, aPasswordHash(), createdAt);
        registrations.insert(registration);
      });
      return registration;
    };
    const spend = ({ userId, linkMac }: PendingRegistration, now = at(1)): Promise<RegistrationOutcome> =>
      run(({ registrations }) => registrations.spend({ subject: userId, mac: linkMac }, now));
    const outcome = async (...of: Parameters<typeof spend>) => (await spend(...of)).outcome;
    /** What is left of an account: its row, its password. */
    const left = ({ userId }: PendingRegistration) =>
      run(async ({ accounts, passwords }) => ({
        account: (await accounts.lockById(userId)) !== null,
        password: (await passwords.find(userId)) !== null,
      }));
    const all = { account: true, password: true };
    const nothing = { account: false, password: false };

    it('hands a registration out to whoever has its link, whole', async () => {
      const registration = await registered({ username: aUsername() });
      expect(await spend(registration)).toEqual({ outcome: 'spent', registration });
      expect(await left(registration)).toEqual(all);
    });

    it('spends a link once under 50 parallel calls', async () => {
      const registration = await registered();
      expect(tally(await inParallel(50, () => outcome(registration)))).toEqual({ spent: 1, invalid: 49 });
    });

    it('takes a link until it expires and not one millisecond longer, and then a newer one', async () => {
      const registration = await registered();
      const { userId, linkExpiresAt } = registration;
      expect(await outcome(registration, linkExpiresAt)).toBe('expired');
      const renewed = { ...registration, linkMac: 'newer', linkExpiresAt: addMilliseconds(linkExpiresAt, 1) };
      await run(async ({ registrations }) =>
        registrations.renewLink(userId, renewed.linkMac, renewed.linkExpiresAt),
      );
      expect(await outcome(registration, at(1))).toBe('invalid');
      expect(await outcome(renewed, linkExpiresAt)).toBe('spent');
    });

    it('knows no link of another account or secret', async () => {
      const registration = await registered();
      const other = await registered();
      expect(await outcome({ ...registration, userId: other.userId })).toBe('invalid');
      expect(await outcome({ ...registration, linkMac: other.linkMac })).toBe('invalid');
      expect(await outcome(aRegistration())).toBe('invalid');
    });

    it('finds the only one of an address, and none where there are several', async () => {
      const find = (identifier = anEmail()) => run(({ registrations }) => registrations.findOnly(identifier));
      const registration = await registered();
      expect(await find(registration.identifier)).toEqual(registration);
      await registered({ identifier: registration.identifier });
      expect(await find(registration.identifier)).toBeNull();
      expect(await find()).toBeNull();
    });

    it('renews nothing of an account that is not pending', async () => {
      await run(async ({ registrations }) => registrations.renewLink(newId(), 'newer', at(1)));
    });

    it('keeps the newest few of an address and erases the others whole', async () => {
      const identifier = anEmail();
      const bystander = await registered();
      const registrations: PendingRegistration[] = [];
      for (let i = 0; i <= MAX_PENDING_PER_ADDRESS; i++) {
        registrations.push(await registered({ identifier, createdAt: at(minutes(i)) }));
      }
      const [oldest, ...newer] = registrations;
      expect(await left(oldest!)).toEqual(nothing);
      for (const kept of [...newer, bystander]) expect(await left(kept)).toEqual(all);
    });

    describe('once an address is proved', () => {
      it.each<[string, (tx: Tx, registration: PendingRegistration) => void]>([
        [
          'by a new account',
          ({ accounts }, { identifier }) => accounts.insert(aUser({ identifiers: [proved(identifier)] })),
        ],
        [
          'by another one',
          ({ accounts }, { identifier }) => accounts.addIdentifier(newId(), proved(identifier)),
        ],
      ])('%s, erases every registration of it, and of no other', async (_how, prove) => {
        const [registration, bystander] = [await registered(), await registered()];
        const second = await registered({ identifier: registration.identifier });
        await run(async (tx) => prove(tx, registration));
        for (const each of [registration, second]) {
          expect(await left(each)).toEqual(nothing);
          expect(await outcome(each)).toBe('invalid');
        }
        expect(await left(bystander)).toEqual(all);
      });

      it('by its own link, keeps that account and erases the others', async () => {
        const identifier = anEmail();
        const [mine, theirs] = [await registered({ identifier }), await registered({ identifier })];
        await run(async ({ accounts, registrations }) => {
          await registrations.spend({ subject: mine.userId, mac: mine.linkMac }, at(1));
          const user = (await accounts.lockById(mine.userId))!.activated([proved(identifier)], at(1));
          accounts.update(user);
          accounts.addIdentifier(user.id, user.identifiers[0]!);
        });
        expect(await left(mine)).toEqual(all);
        expect(await left(theirs)).toEqual(nothing);
      });

      it('by two links at the same time, has one winner and no deadlock', async () => {
        for (let round = 0; round < 5; round++) {
          const identifier = anEmail();
          const rivals = await Promise.all([registered({ identifier }), registered({ identifier })]);
          const results = await Promise.allSettled(
            rivals.map(({ userId, linkMac }) =>
              run(async ({ accounts, registrations }) => {
                const spent = await registrations.spend({ subject: userId, mac: linkMac }, at(1));
                const user = await accounts.lockById(userId);
                if (spent.outcome !== 'spent' || !user) throw new Error('too late');
                const activated = user.activated([proved(identifier)], at(1));
                accounts.update(activated);
                accounts.addIdentifier(userId, activated.identifiers[0]!);
              }),
            ),
          );
          expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
          const lost = results.find((result) => result.status === 'rejected')!.reason;
          expect(['identifier-taken', 'too late']).toContain(lost.code ?? lost.message);
        }
      });
    });

    it('discards an account whose link was spent in vain, but none that is in use', async () => {
      const registration = await registered();
      const active = aUser();
      await run(async ({ accounts }) => accounts.insert(active));
      await run(async ({ registrations }) => {
        await registrations.spend({ subject: registration.userId, mac: registration.linkMac }, at(1));
        registrations.discard(registration.userId);
        registrations.discard(active.id);
      });
      expect(await left(registration)).toEqual(nothing);
      expect(await subject.directory.findById(active.id)).not.toBeNull();
    });

    describe('erasing what nobody proved', () => {
      it('takes what was registered before the instant, as many as asked for', async () => {
        const old = [await registered(), await registered(), await registered()];
        const kept = await registered({ createdAt: at(1) });
        expect(await subject.expired.erase(at(1), 2)).toBe(2);
        expect(await subject.expired.erase(at(1), 2)).toBe(1);
        for (const each of old) expect(await left(each)).toEqual(nothing);
        expect(await left(kept)).toEqual(all);
      });

      it('erases no account that became active, was deleted, or was never pending', async () => {
        const [spent, deleted] = [await registered(), await registered()];
        await run(async ({ accounts, registrations }) => {
          await registrations.spend({ subject: spent.userId, mac: spent.linkMac }, at(1));
          const user = (await accounts.lockById(deleted.userId))!;
          accounts.update(user.deleted(at(1)));
        });
        await subject.expired.erase(at(hours(1)), 10);
        for (const each of [spent, deleted]) expect(await left(each)).toEqual(all);
      });

      it('shares the work between instances without taking anything twice', async () => {
        for (let i = 0; i < 12; i++) await registered();
        const counts = await inParallel(4, () => subject.expired.erase(at(1), 12));
        expect(counts.reduce((sum, erased) => sum + erased)).toBe(12);
      });
    });

    it('leaves nothing of a registration whose unit of work failed', async () => {
      const registration = aRegistration();
      const failing = run(async ({ registrations }) => {
        registrations.insert(registration);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await outcome(registration)).toBe('invalid');
    });
  });
}
