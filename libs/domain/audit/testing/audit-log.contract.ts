import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent, AuditLog, AuditPlace, AuditQuery, AuditTrail } from '#domain/audit';
import { days, type UnitOfWork } from '#domain/kernel';
import { anOrigin, at, newId } from '#domain/kernel/testing';
import { anAuditEvent } from './audit-event.mother.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

export interface AuditLogSubject {
  readonly unitOfWork: UnitOfWork<{ readonly audit: AuditTrail }>;
  readonly log: AuditLog;
}

/** Run by a spec for each adapter, on a database without audit rows. */
export function describeAuditLogContract(
  name: string,
  makeSubject: () => AuditLogSubject | Promise<AuditLogSubject>,
): void {
  describe(`AuditLog contract: ${name}`, () => {
    let subject: AuditLogSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const append = (...events: AuditEvent[]) =>
      subject.unitOfWork.run(async ({ audit }) => events.forEach((event) => audit.append(event)));
    const page = (query: Partial<AuditQuery> = {}) =>
      subject.log.search({
        userId: null,
        actorId: null,
        action: null,
        result: null,
        address: null,
        requestId: null,
        traceId: null,
        from: null,
        to: null,
        metadata: null,
        after: null,
        limit: 100,
        ...query,
      });
    const found = async (query: Partial<AuditQuery>) =>
      (await page(query)).records.map(({ origin }) => origin.requestId);
    const event = (requestId: string, { origin, ...overrides }: Partial<AuditEvent> = {}) =>
      anAuditEvent({ ...overrides, origin: { ...anOrigin(), ...origin, requestId } });

    it('gives back what was recorded, whole, newest first', async () => {
      const full = event('full', {
        origin: anOrigin({ traceId: TRACE_ID }),
        actorId: newId(),
        userId: newId(),
        sessionId: newId(),
        reason: 'fraud',
        metadata: { kind: 'email', count: 2, own: true, reasons: ['new-country', 'velocity'] },
      });
      const bare = event('bare', { occurredAt: at(1), result: 'failure', action: 'otp.rejected' });
      await append(full, bare);
      const { records, next } = await page();
      expect(records).toEqual([bare, full].map((each) => ({ ...each, id: expect.any(String) })));
      expect(next).toBeNull();
    });

    it('filters by whose account, who acted, what, how it ended and when', async () => {
      const [ada, eve] = [newId(), newId()];
      await append(
        event('a', { userId: ada, actorId: ada, action: 'session.opened', occurredAt: at(1) }),
        event('b', { userId: ada, actorId: eve, action: 'user.locked', occurredAt: at(2) }),
        event('c', { userId: eve, action: 'otp.rejected', result: 'failure', occurredAt: at(3) }),
      );
      expect(await found({ userId: ada })).toEqual(['b', 'a']);
      expect(await found({ actorId: eve })).toEqual(['b']);
      expect(await found({ action: 'user.locked' })).toEqual(['b']);
      expect(await found({ action: 'user' })).toEqual([]);
      expect(await found({ result: 'failure' })).toEqual(['c']);
      expect(await found({ from: at(2) })).toEqual(['c', 'b']);
      expect(await found({ to: at(2) })).toEqual(['a']);
      expect(await found({ userId: ada, result: 'failure' })).toEqual([]);
    });

    it('filters by request and by trace', async () => {
      await append(
        event('a', { origin: anOrigin({ traceId: TRACE_ID }) }),
        event('b', { origin: anOrigin({ traceId: TRACE_ID }), occurredAt: at(1) }),
        event('c', { occurredAt: at(2) }),
      );
      expect(await found({ requestId: 'b' })).toEqual(['b']);
      expect(await found({ traceId: TRACE_ID })).toEqual(['b', 'a']);
      expect(await found({ requestId: 'c', traceId: TRACE_ID })).toEqual([]);
      expect(await found({ requestId: '' })).toEqual([]);
    });

    it.each([
      ['203.0.113.7', ['a']],
      ['203.0.113.0/24', ['b', 'a']],
      ['2001:db8::/64', ['c']],
      ['2001:db8::1', ['c']],
      ['203.0.113.9', []],
      ['0.0.0.0/0', ['b', 'a']],
    ])('filters by address: %s', async (address, expected) => {
      await append(
        event('a', { origin: anOrigin({ address: '203.0.113.7' }) }),
        event('b', { origin: anOrigin({ address: '203.0.113.8' }), occurredAt: at(1) }),
        event('c', { origin: anOrigin({ address: '2001:db8::1' }), occurredAt: at(2) }),
      );
      expect(await found({ address })).toEqual(expected);
    });

    it.each([
      ['kind', 'email', ['a']],
      ['count', '2', ['b', 'a']],
      ['own', 'true', ['b']],
      ['kind', 'mail', []],
      ['missing', 'email', []],
      ['count', '2.0', []],
      ['reasons', 'velocity', ['c']],
      ['reasons', 'new-country,velocity', []],
      ['__proto__', '', []],
    ])('filters by an entry of the metadata: %s is %s', async (key, value, expected) => {
      await append(
        event('a', { metadata: { kind: 'email', count: 2, own: 'false' } }),
        event('b', { metadata: { count: '2', own: true }, occurredAt: at(1) }),
        event('c', { metadata: { reasons: ['new-country', 'velocity'] }, occurredAt: at(2) }),
      );
      expect(await found({ metadata: { key, value } })).toEqual(expected);
    });

    it.each([[1], [2], [5]])(
      'gives each event once in pages of %i, over months, while it grows',
      async (limit) => {
        const events = Array.from({ length: 5 }, (_, i) =>
          event(`${i}`, { occurredAt: at(days(20) * Math.floor(i / 2)) }),
        );
        await append(...events);
        const seen: string[] = [];
        for (let after: AuditPlace | null = null; ;) {
          const { records, next } = await page({ limit, after });
          seen.push(...records.map(({ origin }) => origin.requestId));
          if (!next) break;
          after = next;
          await append(event('late', { occurredAt: at(days(80)) }));
        }
        expect(seen).toEqual(['4', '3', '2', '1', '0']);
      },
    );
  });
}
