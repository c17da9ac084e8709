import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aTrailRow } from '../../testing/index.js';
import { canonicalRow, type TrailRow } from './trail-row.js';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const optional = fc.option(text);
const rows: fc.Arbitrary<TrailRow> = fc.record({
  position: fc.nat(),
  id: text,
  occurredAt: text,
  action: text,
  result: text,
  actorId: optional,
  userId: optional,
  sessionId: optional,
  address: text,
  userAgent: text,
  requestId: text,
  reason: optional,
  metadata: optional,
  traceId: optional,
});

describe('canonicalRow', () => {
  it('is the same text for the same row, in whatever order its fields come', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const reversed = Object.fromEntries(Object.entries(row).reverse()) as unknown as TrailRow;
        expect(canonicalRow(reversed)).toBe(canonicalRow(row));
      }),
    );
  });

  it('is the text of version 1 for a row without a trace, so that what was sealed before there were any stays sealed', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const { position, id, occurredAt, action, result, actorId, userId, sessionId, ...rest } = row;
        const { address, userAgent, requestId, reason, metadata } = rest;
        const version1 = JSON.stringify([
          ...[position, id, occurredAt, action, result, actorId, userId, sessionId],
          ...[address, userAgent, requestId, reason, metadata],
        ]);
        expect(canonicalRow({ ...row, traceId: null })).toBe(version1);
      }),
    );
  });

  it('differs for any two rows that differ', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const same = (Object.keys(one) as (keyof TrailRow)[]).every((field) => one[field] === other[field]);
        expect(canonicalRow(one) === canonicalRow(other)).toBe(same);
      }),
    );
  });

  it('differs when any one field changes, a value moves to the next field, or null becomes empty', () => {
    const row = aTrailRow({ actorId: null, reason: null });
    for (const field of Object.keys(row) as (keyof TrailRow)[]) {
      const change = field === 'position' ? 2 : `${row[field] ?? ''}`;
      const changed = { ...row, [field]: change === row[field] ? `${change}x` : change };
      expect([field, canonicalRow(changed)]).not.toEqual([field, canonicalRow(row)]);
    }
    expect(canonicalRow(aTrailRow({ ...row, userAgent: 'a', requestId: 'b' }))).not.toBe(
      canonicalRow(aTrailRow({ ...row, userAgent: 'ab', requestId: '' })),
    );
  });
});
