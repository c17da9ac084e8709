import { describe, expect, it } from '@jest/globals';
import {
  InMemoryDatabase,
  InMemoryUnitOfWork,
  InProcessAddressBlocks,
  TieredAddressBlocks,
} from '#adapters/memory';
import { minutes } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import { AuditAddressBlocks } from './audit-address-blocks.js';

const policy = { strikes: 2, windowSeconds: 60, blockSeconds: 300 };
const address = '2001:db8::/64';

describe('AuditAddressBlocks', () => {
  const clock = new FixedClock();
  const blocks = () => new TieredAddressBlocks(new InProcessAddressBlocks(clock, 100), null);
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('leaves one row for a block, however many requests fall into it', async () => {
    const database = new InMemoryDatabase();
    const struck = blocks();
    new AuditAddressBlocks(struck, new InMemoryUnitOfWork(database), clock, () => undefined);
    for (let i = 0; i < 20; i++) struck.strike(address, policy);
    await turn();
    expect(database.tables.audit).toEqual([
      {
        action: 'address.blocked',
        result: 'failure',
        occurredAt: at(0),
        origin: { address, userAgent: '', requestId: '' },
        reason: 'rate-limited',
        metadata: { until: at(minutes(5)).toISOString() },
      },
    ]);
  });

  it('blocks all the same when the row cannot be written, and says so', async () => {
    const errors: unknown[] = [];
    const struck = blocks();
    const failing = { run: () => Promise.reject(new Error('no database')) };
    new AuditAddressBlocks(struck, failing, clock, (error) => errors.push(error));
    for (let i = 0; i < 3; i++) struck.strike(address, policy);
    await turn();
    expect(struck.blockedHere(address)).not.toBeNull();
    expect(errors).toHaveLength(1);
  });
});
