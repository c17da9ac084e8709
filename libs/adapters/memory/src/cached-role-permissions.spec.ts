import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Role } from '#domain/access';
import { aRole, permissions } from '#domain/access/testing';
import { minutes, seconds } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import { CachedRolePermissions } from './cached-role-permissions.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryRoleDirectory } from './in-memory-roles.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';
import { InProcessRoleEvents } from './in-process-role-events.js';

/** Counts its reads, and holds their answers back when told to. */
class WatchedDirectory extends InMemoryRoleDirectory {
  reads = 0;
  #gate: Promise<void> = Promise.resolve();

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  override async list(): Promise<readonly Role[]> {
    this.reads += 1;
    const answer = await super.list();
    await this.#gate;
    return answer;
  }
}

describe('CachedRolePermissions', () => {
  let clock: FixedClock;
  let unitOfWork: InMemoryUnitOfWork;
  let directory: WatchedDirectory;
  let events: InProcessRoleEvents;
  let cache: CachedRolePermissions;
  const role = aRole({ name: 'support', permissions: permissions('users:read') });

  beforeEach(async () => {
    clock = new FixedClock();
    const database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    directory = new WatchedDirectory(database);
    events = new InProcessRoleEvents();
    cache = new CachedRolePermissions(directory, events, clock);
    await unitOfWork.run(async ({ roles }) => roles.insert(role));
  });

  const granted = async (reading = cache.read()) => (await reading).get('support')?.map(String);
  const change = () =>
    unitOfWork.run(async ({ roles }) =>
      roles.update(role.redefined({ description: '', permissions: [] }, at(1))),
    );

  it('knows what each role grants, the second time without a promise', async () => {
    expect(await granted()).toEqual(['users:read']);
    expect((await cache.read()).get('admin')?.map(String)).toEqual(['*:*']);
    expect(cache.read()).not.toBeInstanceOf(Promise);
    expect(directory.reads).toBe(1);
  });

  it('is at most one second behind, though no word of the change arrives', async () => {
    await granted();
    await change();
    clock.advance(seconds(1) - 1);
    expect(await granted()).toEqual(['users:read']);
    clock.advance(1);
    expect(await granted()).toEqual([]);
  });

  it('counts that second from the beginning of the read, however long the read takes', async () => {
    const release = directory.hold();
    const slow = granted();
    await change();
    clock.advance(seconds(1));
    release();
    expect(await slow).toEqual(['users:read']);
    expect(await granted()).toEqual([]);
  });

  it('forgets at once when told of a change', async () => {
    await granted();
    await change();
    events.publish('support');
    expect(await granted()).toEqual([]);
  });

  it('does not keep the answer of a read that a change overtook', async () => {
    const release = directory.hold();
    const overtaken = granted();
    await change();
    events.publish('support');
    release();
    expect(await overtaken).toEqual(['users:read']);
    expect(await granted()).toEqual([]);
  });

  it('does not let those wait for an overtaken read who ask after the word', async () => {
    const release = directory.hold();
    const overtaken = granted();
    await change();
    events.publish('support');
    const after = granted();
    release();
    await overtaken;
    expect(await after).toEqual([]);
  });

  it('reads once for 50 who ask at the same time', async () => {
    const release = directory.hold();
    const all = Array.from({ length: 50 }, async () => cache.read());
    release();
    expect(new Set(await Promise.all(all)).size).toBe(1);
    expect(directory.reads).toBe(1);
  });

  it('does not live on after its second when the clock is set back', async () => {
    await granted();
    await change();
    clock.advance(-minutes(60));
    expect(await granted()).toEqual([]);
  });

  it('passes a failed read on to all who wait for it, and reads again for the next', async () => {
    const failing = Promise.withResolvers<never>();
    const list = directory.list.bind(directory);
    directory.list = () => failing.promise;
    const both = Promise.allSettled([cache.read(), cache.read()]);
    failing.reject(new Error('connection refused'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    directory.list = list;
    expect(await granted()).toEqual(['users:read']);
  });
});
