import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { minutes, seconds } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { DeliveryError } from '#domain/notification';
import { aMessage, ScriptedSender } from '#domain/notification/testing';
import { ResilientMessageSender, type ResilienceOptions } from './resilient-message-sender.js';

const message = aMessage();
const retry = (retryAfter = 0): DeliveryError => new DeliveryError('retry', 'busy', retryAfter);
const uncertain = (): DeliveryError => new DeliveryError('uncertain', 'no-answer');
const permanent = (): DeliveryError => new DeliveryError('permanent', 'no-such-number');

interface SetUp {
  readonly sender: ResilientMessageSender;
  readonly clock: FixedClock;
  readonly pauses: number[];
}

/** A pause takes no time but moves the clock. */
function setUp(transport: ScriptedSender, options: Partial<ResilienceOptions> = {}): SetUp {
  const clock = new FixedClock();
  const pauses: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    clock.advance(milliseconds);
  };
  return { sender: new ResilientMessageSender(transport, clock, options, pause), clock, pauses };
}

describe('repeating a failed attempt', () => {
  it('goes on until the transport takes the message', async () => {
    const transport = new ScriptedSender([retry(), retry()]);
    const { sender, pauses } = setUp(transport);
    await sender.send(message);
    expect(transport.attempts).toHaveLength(3);
    expect(transport.taken).toEqual([message]);
    expect(pauses).toHaveLength(2);
  });

  it('ends after the last attempt, with that attempt’s error', async () => {
    const last = retry();
    const transport = new ScriptedSender([retry(), retry(), last]);
    const { sender } = setUp(transport, { maxAttempts: 3 });
    await expect(sender.send(message)).rejects.toBe(last);
    expect(transport.attempts).toHaveLength(3);
  });

  it('pauses longer each time, up to a limit, and differently for each message', async () => {
    const options = {
      maxAttempts: 12,
      budget: minutes(60),
      initialDelay: 100,
      maxDelay: 5_000,
      failuresToOpen: 99,
    };
    const pausesOf = async (): Promise<number[]> => {
      const { sender, pauses } = setUp(
        new ScriptedSender(Array.from({ length: 11 }, () => retry())),
        options,
      );
      await sender.send(aMessage({ expiresAt: null }));
      return pauses;
    };
    const [first, second] = [await pausesOf(), await pausesOf()];
    expect(first).not.toEqual(second);
    expect(Math.max(...first)).toBe(5_000);
    const half = (pauses: number[], from: number): number =>
      pauses.slice(from, from + 3).reduce((sum, each) => sum + each, 0);
    expect(half(first, 5)).toBeGreaterThan(2 * half(first, 0));
  });

  it('pauses at least as long as the provider asks', async () => {
    const { sender, pauses } = setUp(new ScriptedSender([retry(seconds(7))]));
    await sender.send(message);
    expect(pauses).toEqual([seconds(7)]);
  });

  it.each<[string, Partial<ResilienceOptions>, Date | null]>([
    ['longer than there is time for', { budget: seconds(5) }, null],
    ['beyond the message’s expiry', {}, new Date('2026-01-15T12:00:07.000Z')],
  ])('does not even begin a pause %s', async (_what, options, expiresAt) => {
    const transport = new ScriptedSender([retry(seconds(7))]);
    const { sender, pauses } = setUp(transport, options);
    await expect(sender.send(aMessage({ expiresAt }))).rejects.toMatchObject({ retryAfter: seconds(7) });
    expect(transport.attempts).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  it('starts no attempt after the expiry, also when a pause took longer than it should', async () => {
    const transport = new ScriptedSender([retry()]);
    const clock = new FixedClock();
    const sender = new ResilientMessageSender(transport, clock, {}, async () => clock.advance(minutes(2)));
    await expect(sender.send(message)).rejects.toMatchObject({ disposition: 'expired' });
    expect(transport.attempts).toHaveLength(1);
  });

  it.each([
    ['was refused for good', permanent()],
    ['may have been taken', uncertain()],
    ['is in other hands', new DeliveryError('duplicate', 'duplicate')],
    ['failed in a way that nobody foresaw', new TypeError('a bug')],
  ])('leaves a message alone that %s', async (_what, error) => {
    const transport = new ScriptedSender([error]);
    const { sender } = setUp(transport);
    await expect(sender.send(message)).rejects.toBe(error);
    expect(transport.attempts).toHaveLength(1);
  });
});

describe('the circuit of a transport', () => {
  const options = { maxAttempts: 1, failuresToOpen: 3, openFor: seconds(10) };
  const start = new Date('2026-01-15T12:00:00.000Z');
  // The breaker reads the system clock; nothing else of it is replaced.
  beforeEach(() => {
    jest.useFakeTimers({
      now: start,
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'],
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const fail = async (sender: ResilientMessageSender, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await expect(sender.send(message)).rejects.toThrow(DeliveryError);
  };

  it.each([
    ['failures', retry],
    ['attempts without an answer', uncertain],
  ])('opens after %s in a row and spares the transport', async (_what, error) => {
    const transport = new ScriptedSender([error(), error(), error()]);
    const { sender } = setUp(transport, options);
    await fail(sender, 3);
    expect(sender.circuit).toBe('open');
    await expect(sender.send(message)).rejects.toMatchObject({
      disposition: 'retry',
      reason: 'circuit-open',
    });
    expect(transport.attempts).toHaveLength(3);
  });

  it('opens for no number of messages that were refused themselves', async () => {
    const transport = new ScriptedSender(Array.from({ length: 10 }, permanent));
    const { sender } = setUp(transport, options);
    await fail(sender, 10);
    expect(sender.circuit).toBe('closed');
  });

  it('counts over all messages, and from the start after a success', async () => {
    const transport = new ScriptedSender([retry(), retry(), 'taken', retry(), retry()]);
    const { sender } = setUp(transport, options);
    await fail(sender, 2);
    await sender.send(message);
    await fail(sender, 2);
    expect(sender.circuit).toBe('closed');
  });

  it('closes again when the one message that may try succeeds', async () => {
    const changes: string[] = [];
    const transport = new ScriptedSender([retry(), retry(), retry()]);
    const onCircuitChange = (name: string, circuit: string): void => void changes.push(`${name} ${circuit}`);
    const { sender } = setUp(transport, { ...options, onCircuitChange });
    await fail(sender, 3);
    jest.setSystemTime(start.getTime() + seconds(10) - 1);
    await fail(sender, 1);
    expect(transport.attempts).toHaveLength(3);
    jest.setSystemTime(start.getTime() + seconds(10));
    await sender.send(message);
    expect(sender.circuit).toBe('closed');
    expect(changes).toEqual(['scripted open', 'scripted half-open', 'scripted closed']);
  });

  it('opens again when that message fails', async () => {
    const transport = new ScriptedSender([retry(), retry(), retry(), retry()]);
    const { sender } = setUp(transport, options);
    await fail(sender, 3);
    jest.setSystemTime(start.getTime() + seconds(10));
    await fail(sender, 2);
    expect(sender.circuit).toBe('open');
    expect(transport.attempts).toHaveLength(4);
  });

  it('sends no message that expired while it waited for the one that tries', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const transport = new ScriptedSender([retry(), retry(), retry(), () => answered]);
    const { sender, clock } = setUp(transport, options);
    await fail(sender, 3);
    jest.setSystemTime(start.getTime() + seconds(10));
    const probe = sender.send(aMessage({ expiresAt: null }));
    const waiting = sender.send(message);
    clock.advance(minutes(2));
    answer();
    await probe;
    await expect(waiting).rejects.toMatchObject({ disposition: 'expired' });
    expect(transport.attempts).toHaveLength(4);
  });
});
