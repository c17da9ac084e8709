import { describe, expect, it } from '@jest/globals';
import { inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import { HashingQueue } from './hashing-queue.js';

/** Jobs that end when they are told to. */
function heldJobs() {
  const held: (() => void)[] = [];
  let [running, most] = [0, 0];
  return {
    get most() {
      return most;
    },
    job: async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => held.push(resolve));
      running--;
    },
    async finishAll() {
      while (held.length > 0) {
        held.shift()!();
        await new Promise(setImmediate);
      }
    },
  };
}

describe('the hashing queue', () => {
  it('runs no more at once than it may, and all in the end', async () => {
    const jobs = heldJobs();
    const queue = new HashingQueue({ concurrency: 3, maxWaiting: 100 });
    // Twice each, so that some come just when others are done.
    const twice = () => queue.run(jobs.job).then(() => queue.run(jobs.job));
    const all = inParallel(25, () => outcomeOf(twice()));
    await jobs.finishAll();
    expect(tally(await all)).toEqual({ done: 25 });
    expect(jobs.most).toBe(3);
  });

  it('refuses at once what would have to wait too long', async () => {
    const jobs = heldJobs();
    const queue = new HashingQueue({ concurrency: 1, maxWaiting: 2 });
    const all = inParallel(10, () => outcomeOf(queue.run(jobs.job)));
    await expect(queue.run(jobs.job)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'hashing-busy',
      retryAfterSeconds: expect.any(Number),
    });
    await jobs.finishAll();
    expect(tally(await all)).toEqual({ done: 3, 'hashing-busy': 7 });
  });

  it('takes more once it has room again', async () => {
    const queue = new HashingQueue({ concurrency: 1, maxWaiting: 0 });
    for (let i = 0; i < 3; i++) expect(await queue.run(async () => i)).toBe(i);
  });

  it('lets the next one in after a failure', async () => {
    const queue = new HashingQueue({ concurrency: 1, maxWaiting: 1 });
    const failing = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(async () => 'next');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });
});
