import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RedisCircuit } from './redis-circuit.js';

describe('RedisCircuit', () => {
  let circuit: RedisCircuit;
  let sent: number;
  let answer: () => Promise<string>;

  const call = () =>
    circuit
      .execute(() => {
        sent++;
        return answer();
      })
      .catch(() => 'failed');
  const fails = () => Promise.reject(new Error('Command timed out'));
  const works = () => Promise.resolve('answer');

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    circuit = new RedisCircuit();
    sent = 0;
    answer = works;
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const breakIt = async () => {
    answer = fails;
    for (let i = 0; i < 3; i++) await call();
    sent = 0;
  };

  it('passes on what the command answers', async () => {
    expect(await call()).toBe('answer');
  });

  it('bears failures that do not come in a row', async () => {
    for (const turn of [fails, fails, works, fails, fails, works]) {
      answer = turn;
      await call();
    }
    expect(await call()).toBe('answer');
    expect(sent).toBe(7);
  });

  it('sends nothing for a second after three failures in a row', async () => {
    await breakIt();
    jest.setSystemTime(999);
    expect(await call()).toBe('failed');
    expect(sent).toBe(0);
  });

  it('then has one call find out, and turns the others away at once meanwhile', async () => {
    await breakIt();
    jest.setSystemTime(1_000);
    const reply = Promise.withResolvers<string>();
    answer = () => reply.promise;
    const [first, ...others] = Array.from({ length: 20 }, call);
    expect(await Promise.all(others)).toEqual(others.map(() => 'failed'));
    expect(sent).toBe(1);
    reply.resolve('answer');
    expect(await first).toBe('answer');
    answer = works;
    expect(await Promise.all(Array.from({ length: 20 }, call))).toEqual(
      Array.from({ length: 20 }, () => 'answer'),
    );
  });

  it('waits another second when that call fails too', async () => {
    await breakIt();
    jest.setSystemTime(1_000);
    await call();
    jest.setSystemTime(1_999);
    await call();
    expect(sent).toBe(1);
    jest.setSystemTime(2_000);
    await call();
    expect(sent).toBe(2);
  });

  it('tells once when it breaks and once when it is whole again', async () => {
    const told: string[] = [];
    circuit.onBreak(() => told.push('broken'));
    circuit.onReset(() => told.push('whole'));
    await breakIt();
    jest.setSystemTime(1_000);
    answer = works;
    await call();
    await call();
    expect(told).toEqual(['broken', 'whole']);
  });
});
