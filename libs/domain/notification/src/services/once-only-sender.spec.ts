import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InMemoryDeliveryLog } from '#adapters/memory';
import { FixedClock } from '#domain/kernel/testing';
import { aMessage, ScriptedSender } from '#domain/notification/testing';
import { DeliveryError } from '../model/delivery-error.js';
import { OnceOnlySender } from './once-only-sender.js';

const message = aMessage();
const retry = new DeliveryError('retry', 'provider-busy');
const permanent = new DeliveryError('permanent', 'no-such-mailbox');
const uncertain = new DeliveryError('uncertain', 'no-answer');
const bug = new TypeError('a bug');

interface SetUp {
  readonly transport: ScriptedSender;
  readonly log: InMemoryDeliveryLog;
  readonly sender: OnceOnlySender;
}

function setUp(script: ConstructorParameters<typeof ScriptedSender>[0] = []): SetUp {
  const transport = new ScriptedSender(script);
  const log = new InMemoryDeliveryLog();
  return { transport, log, sender: new OnceOnlySender(transport, log, new FixedClock()) };
}

describe('OnceOnlySender', () => {
  it('hands a message to its transport once, of any number of parallel and later attempts', async () => {
    const { transport, log, sender } = setUp();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => sender.send(message)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(sender.send(message)).rejects.toMatchObject({ disposition: 'duplicate' });
    expect(transport.attempts).toHaveLength(1);
    expect(log.outcomeOf(message.id)).toBe('sent');
  });

  it('gives a message back that was certainly not taken', async () => {
    const { transport, log, sender } = setUp([retry]);
    await expect(sender.send(message)).rejects.toBe(retry);
    expect(log.outcomeOf(message.id)).toBeUndefined();
    await sender.send(message);
    expect(transport.attempts).toHaveLength(2);
  });

  it.each([
    ['was refused for good', permanent, 'rejected'],
    ['may have been taken', uncertain, 'uncertain'],
    ['met with a failure that nobody foresaw', bug, 'claimed'],
  ])('never repeats a message that %s', async (_what, error, outcome) => {
    const { transport, log, sender } = setUp([error]);
    await expect(sender.send(message)).rejects.toBe(error);
    await expect(sender.send(message)).rejects.toMatchObject({ disposition: 'duplicate' });
    expect(transport.attempts).toHaveLength(1);
    expect(log.outcomeOf(message.id)).toBe(outcome);
  });

  it('repeats no message whatever happens, in whatever order, but the one certainly not taken', async () => {
    const failures = fc.array(fc.constantFrom(retry, permanent, uncertain, bug));
    await fc.assert(
      fc.asyncProperty(failures, fc.integer({ min: 1, max: 5 }), async (script, workers) => {
        const { transport, sender } = setUp([...script]);
        for (let round = 0; round <= script.length; round++) {
          await Promise.allSettled(Array.from({ length: workers }, () => sender.send(message)));
        }
        const ending = script.findIndex((failure) => failure !== retry);
        expect(transport.attempts).toHaveLength(ending === -1 ? script.length + 1 : ending + 1);
        expect(transport.taken).toHaveLength(ending === -1 ? 1 : 0);
      }),
    );
  });
});
