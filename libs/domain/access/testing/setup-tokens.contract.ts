import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SetupTokens } from '#domain/access';
import { hours, type UnitOfWork } from '#domain/kernel';
import { at, inParallel } from '#domain/kernel/testing';

export interface SetupTokensSubject {
  readonly unitOfWork: UnitOfWork<{ readonly setupTokens: SetupTokens }>;
}

/** Run by a spec for each adapter, on a database without set-up tokens. */
export function describeSetupTokensContract(
  name: string,
  makeSubject: () => SetupTokensSubject | Promise<SetupTokensSubject>,
): void {
  describe(`SetupTokens contract: ${name}`, () => {
    let subject: SetupTokensSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const run = <T>(work: (tokens: SetupTokens) => Promise<T>): Promise<T> =>
      subject.unitOfWork.run(({ setupTokens }) => work(setupTokens));
    const add = (digest: string, expiresAt = at(hours(1)), now = at(0)) =>
      run(async (tokens) => tokens.add(digest, expiresAt, now));
    const spend = (digest: string, now = at(1)) => run((tokens) => tokens.spend(digest, now));

    it('lets one of 20 parallel callers spend a token', async () => {
      await add('one');
      const answers = await inParallel(20, () => spend('one'));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await spend('one')).toBe(false);
    });

    it('spends the one that is named, of several', async () => {
      await add('one');
      await add('other');
      expect(await spend('unknown')).toBe(false);
      expect(await spend('one')).toBe(true);
      expect(await spend('other')).toBe(true);
    });

    it('spends none that has expired', async () => {
      await add('one', at(5));
      expect(await spend('one', at(5))).toBe(false);
      expect(await spend('one', at(4))).toBe(true);
    });

    it('forgets the expired when one is added, and all when told to', async () => {
      await add('old', at(5));
      await add('new', at(hours(1)), at(5));
      expect(await spend('old', at(4))).toBe(false);
      await run(async (tokens) => tokens.clear());
      expect(await spend('new')).toBe(false);
    });

    it('has a token again when the unit of work that spent it fails', async () => {
      await add('one');
      const failing = run(async (tokens) => {
        await tokens.spend('one', at(1));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await spend('one')).toBe(true);
    });
  });
}
