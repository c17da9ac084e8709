import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '#domain/kernel';
import type { BlockPolicy, Strike } from '#domain/throttling';

export interface AddressBlocksSubject {
  strike(address: string, policy: BlockPolicy): Strike | null | Promise<Strike | null>;
  blockedUntil(address: string): Date | null | Promise<Date | null>;
  /** Lets time pass for everything that was counted and blocked. */
  advance(milliseconds: number): void | Promise<void>;
  readonly clock: Clock;
}

/** What every store of address blocks keeps to, whether in this process or shared by all. */
export const describeSharedAddressBlocksContract = (
  name: string,
  makeSubject: () => AddressBlocksSubject | Promise<AddressBlocksSubject>,
): void => {
  describe(`${name} as address blocks`, () => {
    const policy: BlockPolicy = { strikes: 3, windowSeconds: 60, blockSeconds: 300 };
    let subject: AddressBlocksSubject;
    let address: string;
    let next = 0;

    const strike = async (times = 1) => {
      const answers: (Date | null)[] = [];
      for (let i = 0; i < times; i++) answers.push((await subject.strike(address, policy))?.until ?? null);
      return answers;
    };
    const secondsLeft = (until: Date | null | undefined) =>
      until && Math.round((until.getTime() - subject.clock.now().getTime()) / 1_000);

    beforeEach(async () => {
      subject = await makeSubject();
      address = `2001:db8:0:${++next}::/64`;
    });

    it('blocks nobody to begin with', async () => {
      expect(await subject.blockedUntil(address)).toBeNull();
    });

    it('blocks on the strike that reaches the limit, for as long as the policy says', async () => {
      const [first, second, third] = await strike(3);
      expect([first, second, secondsLeft(third)]).toEqual([null, null, 300]);
      expect(secondsLeft(await subject.blockedUntil(address))).toBe(300);
    });

    it('does not block short of the limit', async () => {
      await strike(2);
      expect(await subject.blockedUntil(address)).toBeNull();
    });

    it('forgets strikes when their window has passed', async () => {
      await strike(2);
      await subject.advance(60_000);
      expect(await strike(2)).toEqual([null, null]);
      expect(await subject.blockedUntil(address)).toBeNull();
    });

    it('does not let a later strike stretch the window of the first', async () => {
      await strike();
      await subject.advance(40_000);
      await strike();
      await subject.advance(40_000);
      expect(await strike()).toEqual([null]);
    });

    it('ends the block in its time and then counts afresh', async () => {
      await strike(3);
      await subject.advance(299_000);
      expect(secondsLeft(await subject.blockedUntil(address))).toBe(1);
      await subject.advance(1_000);
      expect(await subject.blockedUntil(address)).toBeNull();
      expect(await strike(2)).toEqual([null, null]);
    });

    it('counts afresh after a block shorter than the window of the strikes that led to it', async () => {
      const short: BlockPolicy = { strikes: 3, windowSeconds: 60, blockSeconds: 10 };
      for (let i = 0; i < 3; i++) await subject.strike(address, short);
      await subject.advance(10_000);
      expect(await subject.strike(address, short)).toBeNull();
    });

    it('imposes one block on 50 parallel strikes', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, async () => subject.strike(address, policy)),
      );
      expect(answers.filter((answer) => answer === null)).toHaveLength(2);
      expect(answers.filter((answer) => answer?.imposed)).toHaveLength(1);
      await subject.advance(100_000);
      expect(secondsLeft(await subject.blockedUntil(address))).toBe(200);
    });

    it('does not lengthen a block with the strikes that fall into it', async () => {
      await strike(3);
      await subject.advance(100_000);
      const answers = await strike(5);
      expect(answers.map(secondsLeft)).toEqual([200, 200, 200, 200, 200]);
      expect(secondsLeft(await subject.blockedUntil(address))).toBe(200);
    });

    it('keeps each address to itself', async () => {
      await strike(3);
      expect(await subject.blockedUntil('192.0.2.1')).toBeNull();
      expect(await subject.strike('192.0.2.1', policy)).toBeNull();
    });

    it('is not changed through a date that it gave away', async () => {
      await strike(3);
      (await subject.blockedUntil(address))?.setTime(0);
      (await subject.strike(address, policy))?.until.setTime(0);
      expect(secondsLeft(await subject.blockedUntil(address))).toBe(300);
    });
  });
};
