import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent, AuditFeed, SettledRows } from '#domain/audit';
import { anOrigin, at } from '#domain/kernel/testing';
import { anAuditEvent } from './audit-event.mother.js';

export interface AuditFeedSubject {
  readonly feed: AuditFeed;
  /** Committed when it resolves. */
  readonly append: (event: AuditEvent) => Promise<void>;
}

/** Run by a spec for each adapter. */
export function describeAuditFeedContract(
  name: string,
  makeSubject: () => AuditFeedSubject | Promise<AuditFeedSubject>,
): void {
  describe(`AuditFeed contract: ${name}`, () => {
    let feed: AuditFeed;
    let append: AuditFeedSubject['append'];
    let start: number;

    beforeEach(async () => {
      ({ feed, append } = await makeSubject());
      await append(anAuditEvent());
      ({ upTo: start } = await settled(0, 10));
    });

    const settled = async (after: number, limit: number): Promise<SettledRows> => {
      for (;;) {
        const next = await feed.next(after, limit);
        if (next !== null) return next;
      }
    };
    const appendNamed = (requestId: string) => append(anAuditEvent({ origin: anOrigin({ requestId }) }));
    const names = ({ rows }: SettledRows) => rows.map(({ requestId }) => requestId);

    it('gives nothing while there is nothing new', async () => {
      expect(await feed.next(start, 10)).toBeNull();
      expect(await feed.next(start, 10)).toBeNull();
    });

    it('gives each row once, in order, in pages of at most the limit, while the trail grows', async () => {
      for (const requestId of ['a', 'b', 'c', 'd', 'e']) await appendNamed(requestId);
      const seen: string[] = [];
      let position = start;
      for (let grown = false; seen.length < 6;) {
        const next = await settled(position, 2);
        expect(next.rows.length).toBeLessThanOrEqual(2);
        expect(next.upTo).toBeGreaterThan(position);
        seen.push(...names(next));
        position = next.upTo;
        if (!grown) await appendNamed('f');
        grown = true;
      }
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
      expect(await feed.next(position, 2)).toBeNull();
    });

    it('gives the same rows again to whoever comes back to an earlier place', async () => {
      await appendNamed('a');
      const first = await settled(start, 10);
      expect(await settled(start, 10)).toEqual(first);
      await appendNamed('b');
      expect(names(await settled(first.upTo, 10))).toEqual(['b']);
    });

    it('gives rows in full', async () => {
      const event = anAuditEvent({ occurredAt: at(1), reason: 'why', metadata: { kind: 'email', count: 1 } });
      await append(event);
      const [row] = (await settled(start, 10)).rows;
      expect(row).toMatchObject({
        occurredAt: expect.stringMatching(/^2026-01-15T12:00:00\.001(000)?$/),
        action: event.action,
        result: event.result,
        userId: null,
        address: expect.stringContaining(event.origin.address),
        userAgent: event.origin.userAgent,
        requestId: event.origin.requestId,
        reason: 'why',
      });
      expect(JSON.parse(row?.metadata ?? '')).toEqual(event.metadata);
    });

    it('gives away copies', async () => {
      await appendNamed('a');
      Object.assign((await settled(start, 10)).rows[0] ?? {}, { requestId: 'changed' });
      expect(names(await settled(start, 10))).toEqual(['a']);
    });
  });
}
