import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountImports, ImportFailure, ImportProgress } from '#domain/administration';
import type { Accounts } from '#domain/identity';
import { aDeletedUser, anEmail, aUser } from '#domain/identity/testing';
import type { UnitOfWork } from '#domain/kernel';
import { at, newId, outcomeOf } from '#domain/kernel/testing';

export interface AccountImportsSubject {
  readonly unitOfWork: UnitOfWork<{ readonly imports: AccountImports; readonly accounts: Accounts }>;
}

/** Run by a spec for each adapter, on a database without imports. */
export function describeAccountImportsContract(
  name: string,
  makeSubject: () => AccountImportsSubject | Promise<AccountImportsSubject>,
): void {
  describe(`AccountImports contract: ${name}`, () => {
    let subject: AccountImportsSubject;
    let start: ImportProgress;

    beforeEach(async () => {
      subject = await makeSubject();
      start = { digest: newId(), lines: 2, imported: 1, failed: 1 };
    });

    const run: AccountImportsSubject['unitOfWork']['run'] = (work) => subject.unitOfWork.run(work);
    const record = (progress: ImportProgress, ...failures: readonly ImportFailure[]) =>
      run(async ({ imports }) => imports.record(progress, failures, at(0)));
    const find = (digest = start.digest) => run(({ imports }) => imports.find(digest));
    const failuresOf = (digest = start.digest) => run(({ imports }) => imports.failures(digest));
    const failure = (line: number): ImportFailure => ({
      line,
      code: 'unknown-role',
      message: 'no such role',
    });

    it('knows how far a file is, and nothing of one that was never begun', async () => {
      expect(await find()).toBeNull();
      await record(start);
      expect(await find()).toEqual(start);
      const next = { ...start, lines: 5, imported: 4 };
      await record(next);
      expect(await find()).toEqual(next);
      expect(await find(newId())).toBeNull();
    });

    it('gathers the failures of a file over its batches, by line', async () => {
      await record(start, failure(7), failure(2));
      await record({ ...start, lines: 9 }, failure(5));
      await record({ ...start, digest: newId() }, failure(2));
      expect(await failuresOf()).toEqual([failure(2), failure(5), failure(7)]);
      expect(await failuresOf(newId())).toEqual([]);
    });

    it('forgets what a unit of work noted that failed', async () => {
      await record(start, failure(1));
      const failing = run(async ({ imports }) => {
        imports.record({ ...start, lines: 100 }, [failure(99)], at(1));
        throw new Error('the disk is full');
      });
      expect(await outcomeOf(failing)).toBe('the disk is full');
      expect(await find()).toEqual(start);
      expect(await failuresOf()).toEqual([failure(1)]);
    });

    it('forgets files of which nothing was recorded since, with their failures', async () => {
      const [gone, kept] = [start, { ...start, digest: newId() }];
      await record(gone, failure(1));
      await record(kept, failure(1));
      await run(async ({ imports }) => imports.record({ ...kept, lines: 3 }, [failure(3)], at(1)));
      expect(await run(({ imports }) => imports.forget(at(1)))).toBe(1);
      expect([await find(), await failuresOf()]).toEqual([null, []]);
      expect(await find(kept.digest)).toMatchObject({ lines: 3 });
      expect(await failuresOf(kept.digest)).toEqual([failure(1), failure(3)]);
      expect(await run(({ imports }) => imports.forget(at(1)))).toBe(0);
    });

    it('tells which identifiers somebody holds, deleted accounts included', async () => {
      const [user, deleted] = [aUser(), aDeletedUser(at(0))];
      await run(async ({ accounts }) => [user, deleted].forEach((each) => accounts.insert(each)));
      const held = [user, deleted].map(({ identifiers }) => identifiers[0]!.identifier);
      const found = await run(({ imports }) => imports.held([anEmail(), ...held, anEmail()]));
      expect(found.map(({ value }) => value).sort()).toEqual(held.map(({ value }) => value).sort());
      expect(await run(({ imports }) => imports.held([]))).toEqual([]);
    });
  });
}
