import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InMemoryAuditChain } from '#adapters/memory';
import { days, seconds } from '#domain/kernel';
import { at, FixedClock, inParallel, tally } from '#domain/kernel/testing';
import { anAuditEvent, aTrailRow, TestSeals } from '../../testing/index.js';
import type { Finding } from '../model/finding.js';
import type { Checkpoint, Seal } from '../model/seal.js';
import type { TrailRow } from '../model/trail-row.js';
import { RetireAuditTrail } from './retire-audit-trail.use-case.js';
import { SealAuditBatches } from './seal-audit-batches.use-case.js';
import { VerifyAuditTrail } from './verify-audit-trail.use-case.js';

let chain: InMemoryAuditChain;
let clock: FixedClock;
const seals = new TestSeals();
const worker = () => new SealAuditBatches(chain, seals, clock);

const insert = (rows: number, occurredAt = at(0)) => {
  for (let i = 0; i < rows; i++) chain.insert(anAuditEvent({ occurredAt }));
};
const verify = async (known: Checkpoint | null = null) => {
  const findings: Finding[] = [];
  const verification = await new VerifyAuditTrail(chain, seals).execute(
    (finding) => findings.push(finding),
    known,
  );
  return { ...verification, findings };
};
const found = async (known?: Checkpoint) => (await verify(known)).findings;
const kinds = async () => tally((await found()).map(({ kind }) => kind));
const sealAt = (index: number) => JSON.parse(chain.sealed[index]!.seal) as Seal;

/** `sizes` batches of so many rows. */
const sealed = async (...sizes: number[]) => {
  for (const size of sizes) {
    insert(size);
    await worker().execute();
  }
};

beforeEach(() => {
  chain = new InMemoryAuditChain();
  clock = new FixedClock();
});

describe('SealAuditBatches', () => {
  it('seals what is there once, and leaves nothing to seal', async () => {
    insert(3);
    const checkpoint = await worker().execute();
    expect(checkpoint).toEqual({ number: 1, hash: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await worker().execute()).toBeNull();
    expect(await verify()).toEqual({
      batches: 1,
      rows: 3,
      unsealed: 0,
      findings: [],
      retiredBefore: null,
      checkpoint,
    });
  });

  it('covers every position once, with each batch naming the one before', async () => {
    await sealed(2, 1);
    chain.skipPosition();
    await sealed(2500);
    const all = chain.sealed.map((_, index) => sealAt(index));
    expect(all.map(({ number, after, upTo, rows }) => [number, after, upTo, rows])).toEqual([
      [1, 0, 2, 2],
      [2, 2, 3, 1],
      [3, 3, 1003, 999],
      [4, 1003, 2003, 1000],
      [5, 2003, 2504, 501],
    ]);
    expect(new Set(all.map(({ previous }) => previous)).size).toBe(5);
    expect((await verify()).findings).toEqual([]);
  });

  it('makes no batch of positions that were given up, and takes none of them for a removed row', async () => {
    chain.skipPosition();
    expect(await worker().execute()).toBeNull();
    insert(1);
    chain.skipPosition();
    insert(1);
    await worker().execute();
    expect(chain.sealed).toHaveLength(1);
    expect(await found()).toEqual([]);
  });

  it('goes on past a thousand positions that were given up', async () => {
    for (let i = 0; i < 1_500; i++) chain.skipPosition();
    await sealed(1);
    expect(await verify()).toMatchObject({ rows: 1, unsealed: 0, findings: [] });
  });

  it('seals each batch once, by any number of workers', async () => {
    insert(5_000);
    const workers = Array.from({ length: 10 }, worker);
    while ((await verify()).unsealed > 0) await inParallel(10, (index) => workers[index]!.execute());
    expect(chain.sealed).toHaveLength(5);
    expect(await verify()).toMatchObject({ rows: 5_000, findings: [] });
  });

  it('builds nothing on a seal that is not genuine', async () => {
    await sealed(1);
    chain.sealed[0] = { ...chain.sealed[0]!, seal: JSON.stringify({ ...sealAt(0), upTo: 7 }) };
    insert(1);
    await expect(worker().execute()).rejects.toThrow('seal of audit batch 1');
    expect(chain.sealed).toHaveLength(1);
  });

  it('notices that the end which it had sealed itself is gone', async () => {
    await sealed(1);
    const running = worker();
    insert(1);
    await running.execute();
    chain.sealed.pop();
    await expect(running.execute()).rejects.toThrow('lost batch 2');
  });
});

describe('VerifyAuditTrail', () => {
  it('is content with an empty trail', async () => {
    expect(await verify()).toEqual({
      batches: 0,
      rows: 0,
      unsealed: 0,
      findings: [],
      retiredBefore: null,
      checkpoint: null,
    });
  });

  it('counts what is not sealed yet', async () => {
    await sealed(2);
    insert(3);
    expect(await verify()).toMatchObject({ rows: 2, unsealed: 3, findings: [] });
  });

  it('names the row of which any field was changed', async () => {
    await sealed(3, 3);
    const original = chain.stored[4]!;
    const { position, id } = original;
    for (const field of Object.keys(original) as (keyof TrailRow)[]) {
      if (field === 'position' || field === 'id') continue;
      chain.stored[4] = { ...original, [field]: `${original[field] ?? ''}x` };
      expect([field, await found()]).toEqual([field, [{ kind: 'row-altered', batch: 2, position, id }]]);
    }
  });

  it('names the row that was removed, in whichever batch', async () => {
    await sealed(3, 3);
    const [{ position, id }] = chain.stored.splice(4, 1) as [TrailRow];
    expect(await found()).toEqual([{ kind: 'row-removed', batch: 2, position, id }]);
  });

  it('names a row that was put in at an old position, a free one or a taken', async () => {
    await sealed(2);
    chain.skipPosition();
    await sealed(2);
    const rows = [aTrailRow({ position: 3 }), aTrailRow({ position: 4 }), { ...chain.stored[0]! }];
    chain.stored.push(...rows);
    const inserted = (await found()).map((finding) => [
      finding.kind,
      'position' in finding && finding.position,
    ]);
    expect(inserted).toEqual([
      ['row-inserted', 1],
      ['row-inserted', 3],
      ['row-inserted', 4],
    ]);
  });

  it('sees rows before the first', async () => {
    await sealed(1);
    chain.stored.push(aTrailRow({ position: 0 }), aTrailRow({ position: -1 }));
    expect(await found()).toEqual([{ kind: 'rows-inserted', count: 2 }]);
  });

  it('sees that rows changed places', async () => {
    await sealed(3, 3);
    const [a, b] = [chain.stored[1]!, chain.stored[4]!];
    chain.stored[1] = { ...b, position: a.position };
    chain.stored[4] = { ...a, position: b.position };
    expect(await kinds()).toEqual({ 'row-inserted': 2, 'row-removed': 2 });
    chain.stored[4] = { ...b };
    chain.stored[1] = { ...a, position: chain.stored[2]!.position };
    chain.stored[2] = { ...chain.stored[2]!, position: a.position };
    expect(await kinds()).toEqual({ 'row-altered': 2 });
  });

  it('detects any one change, removal, insertion or exchange, wherever it is', async () => {
    await sealed(4, 3, 5);
    const [rows, batches] = [chain.stored, chain.sealed];
    const index = fc.nat({ max: rows.length - 1 });
    const field = fc.constantFrom(...(Object.keys(rows[0]!) as (keyof TrailRow)[]));
    const change = fc.oneof(
      fc.record({ kind: fc.constant('alter' as const), index, field }),
      fc.record({ kind: fc.constant('remove' as const), index }),
      fc.record({
        kind: fc.constant('insert' as const),
        position: fc.integer({ min: -2, max: rows.length }),
      }),
      fc.record({ kind: fc.constant('exchange' as const), index, other: index }),
    );
    await fc.assert(
      fc.asyncProperty(change, async (tampering) => {
        chain.stored = structuredClone(rows);
        switch (tampering.kind) {
          case 'alter': {
            const altered = tampering.field === 'position' ? 99_999 : 'altered';
            chain.stored[tampering.index] = { ...rows[tampering.index]!, [tampering.field]: altered };
            break;
          }
          case 'remove':
            chain.stored.splice(tampering.index, 1);
            break;
          case 'insert':
            chain.stored.push(aTrailRow({ position: tampering.position }));
            break;
          case 'exchange': {
            fc.pre(tampering.index !== tampering.other);
            const [a, b] = [rows[tampering.index]!, rows[tampering.other]!];
            chain.stored[tampering.index] = { ...a, position: b.position };
            chain.stored[tampering.other] = { ...b, position: a.position };
          }
        }
        chain.sealed = batches;
        expect(await found()).not.toEqual([]);
      }),
    );
  });

  it('sees any change of a seal, its leaves, its number or its signature', async () => {
    await sealed(2, 2, 2);
    const original = chain.sealed[1]!;
    const seal = sealAt(1);
    const forged = new TestSeals('another secret').sign(original.seal);
    const changes = [
      ...Object.keys(seal).map((field) => ({ seal: JSON.stringify({ ...seal, [field]: 9 }) })),
      { seal: 'no seal at all' },
      { leaves: original.leaves.replace(/.$/, '!') },
      { signature: forged.signature },
      { keyId: 'another' },
    ];
    for (const change of changes) {
      chain.sealed[1] = { ...original, ...change };
      expect([change, await found()]).toEqual([change, [{ kind: 'seal-altered', batch: 2 }]]);
    }
  });

  it('sees that batches were removed, from the beginning or the middle', async () => {
    await sealed(2, 2, 2, 2);
    const all = chain.sealed;
    chain.sealed = all.slice(2);
    expect(await found()).toEqual([{ kind: 'batches-removed', batch: 1, through: 2 }]);
    chain.sealed = [all[0]!, all[3]!];
    expect(await found()).toEqual([{ kind: 'batches-removed', batch: 2, through: 3 }]);
  });

  it('sees a genuine batch of another chain in the place of its own', async () => {
    await sealed(2, 2);
    const own = chain.sealed;
    chain.sealed = [];
    insert(1);
    await worker().execute();
    await sealed(1);
    const foreign = chain.sealed;
    chain.sealed = [own[0]!, foreign[1]!];
    expect(await found()).toContainEqual({ kind: 'chain-broken', batch: 2 });
  });

  it('sees against a known checkpoint that the end was cut off, or made anew', async () => {
    await sealed(2, 2);
    const checkpoint = (await verify()).checkpoint!;
    expect(await found(checkpoint)).toEqual([]);

    const [{ position }, ...rest] = chain.stored.splice(2) as [TrailRow];
    const cut = chain.sealed.pop()!;
    expect(await found()).toEqual([]);
    expect(await found(checkpoint)).toEqual([{ kind: 'checkpoint-contradicted', batch: 2 }]);

    chain.stored.push(...rest);
    await worker().execute();
    expect(chain.sealed.at(-1)).not.toEqual(cut);
    expect(position).toBe(3);
    expect(await found(checkpoint)).toEqual([{ kind: 'checkpoint-contradicted', batch: 2 }]);
  });

  it('keeps finding fault after the chain went on', async () => {
    await sealed(2, 2);
    const checkpoint = (await verify()).checkpoint!;
    chain.sealed.pop();
    chain.stored.pop();
    await sealed(3, 3);
    expect(await found(checkpoint)).toContainEqual({ kind: 'checkpoint-contradicted', batch: 2 });
  });
});

describe('RetireAuditTrail', () => {
  const retire = (keepFor: number | null) =>
    new RetireAuditTrail(chain, worker(), clock, { keepFor }).execute();

  beforeEach(async () => {
    insert(2, at(-days(100)));
    insert(2, at(-days(40)));
    insert(1, at(0));
    await worker().execute();
  });

  it('keeps everything for ever unless told otherwise', async () => {
    expect(await retire(null)).toEqual([]);
    expect(chain.stored).toHaveLength(5);
  });

  it('drops whole parts that are too old, and what they held is not missed', async () => {
    expect(await retire(days(60))).toHaveLength(1);
    expect(chain.stored).toHaveLength(3);
    expect(await verify()).toMatchObject({
      findings: [],
      rows: 3,
      retiredBefore: '2025-11-01T00:00:00.000Z',
    });
    expect(await retire(days(60))).toEqual([]);
    expect(chain.sealed).toHaveLength(2);
  });

  it('goes on in the same chain, which remembers what was retired', async () => {
    await retire(days(60));
    await sealed(2);
    clock.advance(days(60));
    await retire(days(60));
    expect(await verify()).toMatchObject({
      findings: [],
      rows: 3,
      retiredBefore: '2026-01-01T00:00:00.000Z',
    });
  });

  it('is resumed when it was killed between the record and the drop', async () => {
    await worker().retire(new Date('2025-12-01T00:00:00Z'));
    expect(await verify()).toMatchObject({ findings: [], rows: 5 });
    expect(await retire(days(40))).toHaveLength(1);
    expect(chain.sealed).toHaveLength(2);
    expect(await found()).toEqual([]);
  });

  it('drops nothing when another worker sealed a batch at the same moment', async () => {
    const append = chain.append.bind(chain);
    chain.append = () => Promise.resolve(false);
    expect(await retire(days(60))).toEqual([]);
    expect(chain.stored).toHaveLength(5);
    chain.append = append;
    expect(await retire(days(60))).toHaveLength(1);
  });

  it('excuses no row that is younger, and none without its record', async () => {
    await retire(days(60));
    const removed = chain.stored.splice(0, 1)[0]!;
    expect(await found()).toMatchObject([{ kind: 'row-removed', id: removed.id }]);
    clock.advance(seconds(1));
    chain.sealed.pop();
    expect(await kinds()).toEqual({ 'row-removed': 3 });
  });
});
