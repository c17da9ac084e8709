import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryLog } from '#domain/notification';

const now = new Date('2026-01-15T12:00:00.000Z');
const newMessageId = (): string => `${crypto.randomUUID()}.0`;

/** Run by a spec for each adapter. Ids are never used twice, so a database needs no emptying in between. */
export function describeDeliveryLogContract(
  name: string,
  makeSubject: () => DeliveryLog | Promise<DeliveryLog>,
): void {
  describe(`DeliveryLog contract: ${name}`, () => {
    let log: DeliveryLog;
    let id: string;

    beforeEach(async () => {
      log = await makeSubject();
      id = newMessageId();
    });

    it('gives a message to exactly one of many parallel claimants', async () => {
      const claims = await Promise.all(Array.from({ length: 50 }, () => log.claim(id, now)));
      expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
    });

    it('keeps messages apart', async () => {
      expect(await log.claim(id, now)).toBe('claimed');
      expect(await log.claim(newMessageId(), now)).toBe('claimed');
    });

    it('keeps an unsettled claim however old it is, because its message may have gone out', async () => {
      await log.claim(id, now);
      expect(await log.claim(id, new Date('2027-01-15T12:00:00.000Z'))).toBe('already-claimed');
    });

    it('gives a released message to exactly one of the next parallel claimants', async () => {
      await log.claim(id, now);
      await log.release(id);
      const claims = await Promise.all(Array.from({ length: 50 }, () => log.claim(id, now)));
      expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
    });

    it.each(['sent', 'expired', 'rejected', 'uncertain'] as const)(
      'never gives out a message that ended as %s',
      async (outcome) => {
        await log.claim(id, now);
        await log.settle(id, outcome);
        expect(await log.claim(id, now)).toBe('already-claimed');
      },
    );

    it('does not reopen a settled message on a late release', async () => {
      await log.claim(id, now);
      await log.settle(id, 'sent');
      await log.release(id);
      expect(await log.claim(id, now)).toBe('already-claimed');
    });

    it('takes settling twice for settling once', async () => {
      await log.claim(id, now);
      await log.settle(id, 'sent');
      await log.settle(id, 'uncertain');
      await log.release(id);
      expect(await log.claim(id, now)).toBe('already-claimed');
    });

    it('ignores a release or an outcome of a message that nobody claimed', async () => {
      await log.release(id);
      await log.settle(id, 'sent');
      expect(await log.claim(id, now)).toBe('claimed');
    });
  });
}
