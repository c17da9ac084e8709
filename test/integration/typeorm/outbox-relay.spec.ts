import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboxRelay } from '#adapters/typeorm';
import { days, hours, minutes, seconds, type DomainEvent } from '#domain/kernel';
import { anEvent, FixedClock } from '#domain/kernel/testing';
import { openPostgresRecord, reversingCipher, type PostgresRecord } from './postgres-record.js';

interface Row {
  readonly id: string;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly last_error: string | null;
}

/** A handler that the test can wait for, and whose every call ends as `answer` does. */
class Receiver {
  readonly received: DomainEvent[] = [];
  #heard = Promise.withResolvers<void>();

  constructor(private readonly answer: (event: DomainEvent) => Promise<void> = async () => undefined) {}

  readonly handle = async (event: DomainEvent): Promise<void> => {
    this.received.push(event);
    this.#heard.resolve();
    this.#heard = Promise.withResolvers();
    await this.answer(event);
  };

  get ids(): string[] {
    return this.received.map(({ id }) => id);
  }

  /** Resolves once as many deliveries have begun, over all. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) await this.#heard.promise;
  }
}

describe('OutboxRelay', () => {
  let record: PostgresRecord;
  let clock: FixedClock;
  let relays: OutboxRelay[];
  let errors: unknown[];

  beforeAll(async () => {
    record = await openPostgresRecord();
  });
  afterAll(() => record.close());
  beforeEach(async () => {
    await record.empty();
    clock = new FixedClock();
    relays = [];
    errors = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop(0)));
    expect(errors).toEqual([]);
  });

  /** As another process would have it: nothing is shared but the database. */
  const newRelay = (): OutboxRelay => {
    const relay = new OutboxRelay(record.database, reversingCipher, clock, (error) => errors.push(error));
    relays.push(relay);
    return relay;
  };
  const start = (receiver: Receiver): OutboxRelay => {
    const relay = newRelay();
    relay.start(receiver.handle);
    return relay;
  };
  const append = async (...events: DomainEvent[]): Promise<void> =>
    record.unitOfWork.run(async ({ outbox }) => events.forEach((event) => outbox.append(event)));
  const appended = async (count: number): Promise<string[]> => {
    const events = Array.from({ length: count }, () => anEvent());
    await append(...events);
    return events.map(({ id }) => id);
  };
  const rows = () =>
    record.query<Row>('SELECT id, attempts, due_at, last_error FROM gatehouse.outbox_events ORDER BY id');
  // The relay writes down an outcome after the handler has returned; these ask until it has.
  const left = async (count: number): Promise<void> => {
    while ((await rows()).length > count);
  };
  const failed = async (id: string): Promise<Row> => {
    for (;;) {
      const row = (await rows()).find((each) => each.id === id);
      if (row?.last_error) return row;
    }
  };

  it('delivers an event as it was appended, once, and forgets it', async () => {
    const event = anEvent({ payload: { to: 'ada@example.com', nested: { list: [1, null, 'ü'] } } });
    await append(event);
    const receiver = new Receiver();
    const relay = start(receiver);
    await receiver.until(1);
    await left(0);
    relay.wake();
    await relay.stop();
    expect(receiver.received).toEqual([event]);
  });

  it('delivers what is committed while it runs', async () => {
    const receiver = new Receiver();
    const relay = start(receiver);
    for (let i = 1; i <= 3; i++) {
      await appended(1);
      relay.wake();
      await receiver.until(i);
    }
    await left(0);
  });

  it('delivers nothing of a unit of work that failed', async () => {
    const failing = record.unitOfWork.run(async ({ outbox, accounts }) => {
      outbox.append(anEvent());
      await accounts.lockById(anEvent().id);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const [committed] = await appended(1);
    const receiver = new Receiver();
    start(receiver);
    await receiver.until(1);
    await left(0);
    expect(receiver.ids).toEqual([committed]);
  });

  it('lets an urgent event overtake a hundred others that came before it', async () => {
    await appended(250);
    const code = anEvent({ type: 'otp.requested' });
    await record.unitOfWork.run(async ({ outbox }) => outbox.append(code, { urgent: true }));
    const receiver = new Receiver();
    start(receiver);
    await receiver.until(251);
    expect(receiver.ids.indexOf(code.id)).toBeLessThan(100);
    await left(0);
  });

  it('keeps neither code nor recipient in the clear', async () => {
    await append(anEvent({ payload: { to: 'grace@example.com', code: '482913' } }));
    const [{ stored }] = (await record.query('SELECT e::text AS stored FROM gatehouse.outbox_events e')) as [
      { stored: string },
    ];
    expect(stored).not.toMatch(/482913|grace|example/);
  });

  it('shares the work with other relays, each event delivered once', async () => {
    const ids = await appended(1_000);
    const receivers = [new Receiver(), new Receiver(), new Receiver()];
    for (const receiver of receivers) start(receiver);
    await left(0);
    expect(receivers.flatMap((receiver) => receiver.ids).sort()).toEqual(ids);
  });

  it('takes up a backlog batch after batch, without waiting for the next poll', async () => {
    await appended(1_000);
    const began = performance.now();
    start(new Receiver());
    await left(0);
    // Ten batches; polls are half a second apart.
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('holds no more than 400 deliveries at once, and takes up the rest as they end', async () => {
    const ids = await appended(450);
    const release = Promise.withResolvers<void>();
    const receiver = new Receiver(() => release.promise);
    const relay = start(receiver);
    await receiver.until(400);
    for (let i = 0; i < 3; i++) {
      relay.wake();
      await rows();
    }
    expect(receiver.ids).toHaveLength(400);
    release.resolve();
    await left(0);
    expect(receiver.ids.sort()).toEqual(ids);
  });

  describe('when the handler fails', () => {
    it.each([
      [
        Object.assign(new RangeError('code 482913 of ada@example.com'), { code: '22P02' }),
        'RangeError 22P02',
      ],
      [Object.assign(new Error('x'), { name: 'token 482913', code: 'a secret' }), 'unknown'],
      ['482913', 'unknown'],
    ])('keeps of the failure what it was, and not what it said: %s', async (failure, kept) => {
      const [id] = (await appended(1)) as [string];
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- not only errors are thrown by a handler: what is kept of the rest must hold none of it
      start(new Receiver(() => Promise.reject(failure)));
      expect(await failed(id)).toMatchObject({ last_error: kept });
    });

    it('comes back after pauses that double up to half an hour, and is set aside after a day', async () => {
      const [id] = (await appended(1)) as [string];
      const receiver = new Receiver(() => Promise.reject(new TypeError('no such template')));
      const relay = start(receiver);
      const pauses: number[] = [];
      for (;;) {
        await receiver.until(pauses.length + 1);
        const row = await failed(id);
        expect(row).toMatchObject({ attempts: pauses.length + 1, last_error: 'TypeError' });
        if (row.due_at === null) break;
        pauses.push(row.due_at.getTime() - clock.now().getTime());
        await record.query('UPDATE gatehouse.outbox_events SET last_error = NULL');
        clock.advance(pauses.at(-1)!);
        relay.wake();
      }
      expect(pauses).toEqual(pauses.map((_, i) => Math.min(seconds(2 ** i), minutes(30))));
      expect(pauses.reduce((sum, pause) => sum + pause) / hours(1)).toBeCloseTo(24, 0);

      clock.advance(days(365));
      const [other] = await appended(1);
      relay.wake();
      await receiver.until(pauses.length + 2);
      expect(receiver.ids.at(-1)).toBe(other);
    });

    it('does not come back a millisecond early', async () => {
      const [failing] = (await appended(1)) as [string];
      const receiver = new Receiver(async ({ id }) => {
        if (id === failing) throw new Error('not now');
      });
      const relay = start(receiver);
      await receiver.until(1);
      await failed(failing);

      clock.advance(seconds(1) - 1);
      const [other] = await appended(1);
      relay.wake();
      await receiver.until(2);
      clock.advance(1);
      relay.wake();
      await receiver.until(3);
      expect(receiver.ids).toEqual([failing, other, failing]);
    });

    it('goes on with the others', async () => {
      const [failing, ...others] = (await appended(20)) as [string, ...string[]];
      const receiver = new Receiver(async ({ id }) => {
        if (id === failing) throw new Error('not now');
      });
      start(receiver);
      await left(1);
      expect(receiver.ids.filter((id) => id !== failing).sort()).toEqual(others);
    });

    it('takes a payload that it cannot open for a failure like any other', async () => {
      const [id] = (await appended(1)) as [string];
      await record.query(`UPDATE gatehouse.outbox_events SET sealed = 'garbage'`);
      const receiver = new Receiver();
      start(receiver);
      expect((await failed(id)).due_at).toEqual(new Date(clock.now().getTime() + seconds(1)));
      expect(receiver.received).toEqual([]);
    });
  });

  describe('when a relay dies with an event in hand', () => {
    /** Takes up what is due, and is never heard of again. */
    const dieWithEventInHand = async (): Promise<void> => {
      const receiver = new Receiver(() => new Promise(() => undefined));
      const relay = start(receiver);
      await receiver.until(1);
      await relay.stop(0);
    };

    it('leaves it alone until the lease ends and not a millisecond longer', async () => {
      const [id] = (await appended(1)) as [string];
      await dieWithEventInHand();
      clock.advance(seconds(5) - 1);
      const [other] = await appended(1);
      const receiver = new Receiver();
      const relay = start(receiver);
      await receiver.until(1);
      await left(1);
      expect(receiver.ids).toEqual([other]);
      clock.advance(1);
      relay.wake();
      await left(0);
      expect(receiver.ids).toEqual([other, id]);
    });

    it('does not take an event from a relay that lives and is slow', async () => {
      await appended(1);
      const release = Promise.withResolvers<void>();
      const slow = new Receiver(() => release.promise);
      start(slow);
      await slow.until(1);
      const other = new Receiver();
      for (let halfLeases = 0; halfLeases < 3; halfLeases++) {
        const [before] = (await rows()) as [Row];
        clock.advance(seconds(2.5));
        while ((await rows())[0]!.due_at!.getTime() === before.due_at!.getTime());
      }
      const relay = start(other);
      await relay.stop();
      release.resolve();
      await left(0);
      expect([slow.received.length, other.received.length]).toEqual([1, 0]);
    });

    it('sets an event aside that kills every relay that takes it up', async () => {
      const [poison] = (await appended(1)) as [string];
      for (let attempt = 1; attempt <= 59; attempt++) {
        await dieWithEventInHand();
        clock.advance(seconds(5));
      }
      const receiver = new Receiver();
      start(receiver);
      expect((await failed(poison)).due_at).toBeNull();
      expect(receiver.received).toEqual([]);
    });
  });

  describe('stopping', () => {
    it('waits for what is in hand, and writes down how it ended', async () => {
      await appended(2);
      const release = Promise.withResolvers<void>();
      let calls = 0;
      const receiver = new Receiver(async () => {
        await release.promise;
        if (++calls === 1) throw new Error('not now');
      });
      const relay = start(receiver);
      await receiver.until(2);
      let stopped = false;
      const stopping = relay.stop().then(() => (stopped = true));
      await rows();
      expect(stopped).toBe(false);
      release.resolve();
      await stopping;
      expect(await rows()).toEqual([expect.objectContaining({ last_error: 'Error' })]);
    });

    it('takes up nothing more', async () => {
      const receiver = new Receiver();
      const relay = start(receiver);
      await relay.stop();
      await appended(1);
      relay.wake();
      await relay.stop();
      expect(receiver.received).toEqual([]);
      expect(await rows()).toHaveLength(1);
    });

    it('does not wait longer than its deadline', async () => {
      await appended(1);
      const receiver = new Receiver(() => new Promise(() => undefined));
      const relay = start(receiver);
      await receiver.until(1);
      await relay.stop(1);
      expect(await rows()).toHaveLength(1);
    });
  });
});
