import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Passwords, StoredPassword } from '#domain/credentials';
import { minutes, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId } from '#domain/kernel/testing';
import { aPasswordHash } from './passwords.mother.js';

export interface PasswordsSubject {
  readonly unitOfWork: UnitOfWork<{ readonly passwords: Passwords }>;
}

/** Run by a spec for each adapter. */
export function describePasswordsContract(
  name: string,
  makeSubject: () => PasswordsSubject | Promise<PasswordsSubject>,
): void {
  describe(`Passwords contract: ${name}`, () => {
    let subject: PasswordsSubject;
    let userId: string;

    beforeEach(async () => {
      subject = await makeSubject();
      userId = newId();
    });

    const run = <T>(work: (passwords: Passwords) => Promise<T>): Promise<T> =>
      subject.unitOfWork.run(({ passwords }) => work(passwords));
    const find = (id = userId): Promise<StoredPassword | null> => run((passwords) => passwords.find(id));
    const set = async (hash = aPasswordHash(), now = at(0)): Promise<StoredPassword> => {
      await run(async (passwords) => passwords.set(userId, hash, now));
      return (await find())!;
    };

    it('finds what was set, and nothing for anybody else', async () => {
      const hash = aPasswordHash();
      expect(await set(hash)).toEqual({ userId, hash, version: 1, changedAt: at(0) });
      expect((await find())!.hash.expose()).toBe(hash.expose());
      expect(await find(newId())).toBeNull();
    });

    it('replaces a password and says that it is another one', async () => {
      const first = await set();
      const second = await set(aPasswordHash(), at(minutes(1)));
      expect(second.version).toBeGreaterThan(first.version);
      expect(second.changedAt).toEqual(at(minutes(1)));
      expect(second.hash.equals(first.hash)).toBe(false);
    });

    it('hashes the same password anew without calling it another', async () => {
      const [stored, upgraded] = [await set(), aPasswordHash()];
      await run(async (passwords) => passwords.upgrade(stored, upgraded));
      expect((await find())!.hash.equals(upgraded)).toBe(true);
      expect(await find()).toMatchObject({ version: stored.version, changedAt: stored.changedAt });
    });

    it('does not bring a replaced password back by upgrading it', async () => {
      const old = await set();
      const newer = await set(aPasswordHash(), at(1));
      await run(async (passwords) => passwords.upgrade(old, aPasswordHash()));
      expect((await find())!.hash.equals(newer.hash)).toBe(true);
    });

    it('upgrades once under 20 parallel sign-ins', async () => {
      const stored = await set();
      const hashes = Array.from({ length: 20 }, aPasswordHash);
      const seen = await inParallel(20, async (i) => {
        await run(async (passwords) => passwords.upgrade(stored, hashes[i]!));
        return (await find())!.hash.expose();
      });
      expect(new Set(seen).size).toBe(1);
    });

    it('counts parallel changes one after the other', async () => {
      await inParallel(20, (i) => run(async (passwords) => passwords.set(userId, aPasswordHash(), at(i))));
      expect((await find())!.version).toBe(20);
    });

    it('keeps what it had when the unit of work fails', async () => {
      const stored = await set();
      const failing = run(async (passwords) => {
        passwords.set(userId, aPasswordHash(), at(1));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect((await find())!.hash.equals(stored.hash)).toBe(true);
    });

    it('is not changed through what it gave away', async () => {
      (await set()).changedAt.setTime(0);
      expect((await find())!.changedAt).toEqual(at(0));
    });
  });
}
