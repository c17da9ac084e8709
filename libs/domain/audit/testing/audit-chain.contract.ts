import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditChain, AuditEvent, SealedBatch } from '#domain/audit';
import { anOrigin, at, inParallel } from '#domain/kernel/testing';
import { anAuditEvent } from './audit-event.mother.js';

export interface AuditChainSubject {
  readonly chain: AuditChain;
  /** Committed when it resolves. */
  readonly append: (event: AuditEvent) => Promise<void>;
}

/** Run by a spec for each adapter. */
export function describeAuditChainContract(
  name: string,
  makeSubject: () => AuditChainSubject | Promise<AuditChainSubject>,
): void {
  describe(`AuditChain contract: ${name}`, () => {
    let chain: AuditChain;
    let append: AuditChainSubject['append'];
    let start: number;

    beforeEach(async () => {
      ({ chain, append } = await makeSubject());
      await append(anAuditEvent());
      start = await settled(0);
    });

    const settled = async (after: number): Promise<number> => {
      for (;;) {
        const position = await chain.settledPosition(after);
        if (position !== null) return position;
      }
    };
    const aBatch = (number: number, overrides: Partial<SealedBatch> = {}): SealedBatch => ({
      number,
      seal: `{"seal": ${number}}`,
      leaves: '',
      keyId: 'key',
      signature: 'signature',
      ...overrides,
    });

    it('gives rows positions in the order of their insertion, and reads them back in full', async () => {
      const event = anAuditEvent({
        occurredAt: at(1),
        actorId: '0190b5c8-0000-7000-8000-0000000000aa',
        userId: '0190b5c8-0000-7000-8000-0000000000bb',
        sessionId: '0190b5c8-0000-7000-8000-0000000000cc',
        reason: 'why',
        metadata: { kind: 'email', count: 1 },
        origin: anOrigin({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }),
      });
      await append(event);
      await append(anAuditEvent({ origin: anOrigin({ requestId: 'last' }) }));
      const end = await settled(start);
      const rows = await chain.rows(start, end);
      expect(rows).toHaveLength(2);
      expect(rows[0]).toMatchObject({
        occurredAt: expect.stringMatching(/^2026-01-15T12:00:00\.001(000)?$/),
        action: event.action,
        result: event.result,
        actorId: event.actorId,
        userId: event.userId,
        sessionId: event.sessionId,
        address: expect.stringContaining(event.origin.address),
        userAgent: event.origin.userAgent,
        requestId: event.origin.requestId,
        reason: 'why',
        traceId: event.origin.traceId,
      });
      expect(JSON.parse(rows[0]?.metadata ?? '')).toEqual(event.metadata);
      expect(rows[1]).toMatchObject({ requestId: 'last', reason: null, metadata: null, traceId: null });
      expect(rows[0]!.position).toBeLessThan(rows[1]!.position);
      expect(rows[0]!.id).not.toBe(rows[1]!.id);
      expect(await chain.rows(rows[0]!.position, end)).toEqual(rows.slice(1));
      expect(await chain.rows(start, rows[0]!.position)).toEqual(rows.slice(0, 1));
      expect(await chain.count(start, end)).toBe(2);
      expect(await chain.count(start, null)).toBe(2);
      expect(await chain.count(null, 0)).toBe(0);
    });

    it('settles nothing while there is nothing new', async () => {
      expect(await chain.settledPosition(start)).toBeNull();
      expect(await chain.settledPosition(start)).toBeNull();
    });

    it('has no batch to begin with', async () => {
      expect(await chain.head()).toBeNull();
      expect(await chain.find(1)).toBeNull();
      for await (const _batch of chain.batches()) throw new Error('there is one');
    });

    it('keeps batches as they are, in order', async () => {
      const batches = Array.from({ length: 45 }, (_, index) =>
        aBatch(index + 1, { leaves: `leaf ${index}` }),
      );
      for (const batch of batches) expect(await chain.append(batch)).toBe(true);
      const found: SealedBatch[] = [];
      for await (const batch of chain.batches()) found.push(batch);
      expect(found).toEqual(batches);
      expect(await chain.head()).toEqual(batches.at(-1));
      expect(await chain.find(7)).toEqual(batches[6]);
    });

    it('takes one batch of a number, of however many at once', async () => {
      const won = await inParallel(10, (index) => chain.append(aBatch(1, { seal: `${index}` })));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await chain.head())?.seal).toBe(String(won.indexOf(true)));
    });

    it('gives away copies', async () => {
      const batch = aBatch(1);
      await chain.append(batch);
      Object.assign((await chain.head()) ?? {}, { seal: 'changed' });
      Object.assign((await chain.rows(0, start))[0] ?? {}, { action: 'changed' });
      expect(await chain.head()).toEqual(batch);
      expect((await chain.rows(0, start))[0]?.action).toBe('session.opened');
    });
  });
}
