import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Sampled } from './sampled.js';

describe('Sampled', () => {
  it('asks once in an interval, however often it is read, and keeps nobody waiting', async () => {
    let now = 0;
    let asked = 0;
    const sampled = new Sampled(
      1_000,
      () => Promise.resolve(++asked),
      () => now,
    );
    expect(sampled.latest).toBeUndefined();
    await setImmediate();
    for (let i = 0; i < 100; i++) expect(sampled.latest).toBe(1);
    now = 1_000;
    expect(sampled.latest).toBe(1);
    await setImmediate();
    expect(sampled.latest).toBe(2);
    expect(asked).toBe(2);
  });

  it('never asks a second time while the first answer is out', async () => {
    let now = 0;
    const answers: ((value: number) => void)[] = [];
    const sampled = new Sampled(
      1_000,
      () => new Promise<number>((resolve) => answers.push(resolve)),
      () => now,
    );
    for (; now < 10_000; now += 500) {
      expect(sampled.latest).toBeUndefined();
      await setImmediate();
    }
    expect(answers).toHaveLength(1);
    answers[0]!(5);
    await setImmediate();
    expect(sampled.latest).toBe(5);
  });

  it('forgets what it found once asking fails', async () => {
    let now = 0;
    const answers = [Promise.resolve(1), Promise.reject(new Error('gone')), Promise.resolve(3)];
    answers[1]!.catch(() => undefined);
    const sampled = new Sampled(
      1_000,
      () => answers.shift()!,
      () => now,
    );
    const seen: (number | undefined)[] = [];
    for (; now < 4_000; now += 1_000) {
      seen.push(sampled.latest);
      await setImmediate();
    }
    expect(seen).toEqual([undefined, 1, undefined, 3]);
  });
});
