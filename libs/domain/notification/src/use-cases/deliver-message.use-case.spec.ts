import { describe, expect, it } from '@jest/globals';
import { InMemoryDeliveryLog } from '#adapters/memory';
import { minutes } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { aMessage, ScriptedSender } from '#domain/notification/testing';
import { DeliveryError } from '../model/delivery-error.js';
import { DeliverMessage } from './deliver-message.use-case.js';

const message = aMessage();
const retry = new DeliveryError('retry', 'provider-busy');
const permanent = new DeliveryError('permanent', 'no-such-mailbox');
const uncertain = new DeliveryError('uncertain', 'no-answer');

interface SetUp {
  readonly sender: ScriptedSender;
  readonly clock: FixedClock;
  readonly deliver: DeliverMessage;
}

function setUp(...sender: ConstructorParameters<typeof ScriptedSender>): SetUp {
  const email = new ScriptedSender(...sender);
  const clock = new FixedClock();
  return { sender: email, clock, deliver: new DeliverMessage({ email }, new InMemoryDeliveryLog(), clock) };
}

describe('DeliverMessage', () => {
  it('sends through the transport of the channel and reports nothing secret', async () => {
    const { sender, deliver } = setUp();
    expect(await deliver.execute(message)).toEqual({
      messageId: message.id,
      channel: 'email',
      template: 'otp-code',
      outcome: 'sent',
      reason: null,
    });
    expect(sender.taken).toEqual([message]);
  });

  it('sends once, however often and however parallel the queue delivers', async () => {
    const { sender, deliver } = setUp();
    const parallel = await Promise.all(Array.from({ length: 50 }, () => deliver.execute(message)));
    expect(sender.attempts).toHaveLength(1);
    expect(parallel.filter(({ outcome }) => outcome === 'sent')).toHaveLength(1);
    expect(await deliver.execute(message)).toMatchObject({ outcome: 'duplicate' });
  });

  it('leaves a message to the queue that was certainly not taken', async () => {
    const { deliver } = setUp([retry]);
    await expect(deliver.execute(message)).rejects.toBe(retry);
    expect(await deliver.execute(message)).toMatchObject({ outcome: 'sent' });
  });

  it.each([
    ['was refused for good', permanent, { outcome: 'rejected', reason: 'no-such-mailbox' }],
    ['may have been taken', uncertain, { outcome: 'uncertain', reason: 'no-answer' }],
  ])('ends a message that %s', async (_what, error, ending) => {
    const { sender, deliver } = setUp([error]);
    expect(await deliver.execute(message)).toMatchObject(ending);
    expect(await deliver.execute(message)).toMatchObject({ outcome: 'duplicate' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('sends no expired code, also not one that expired while the queue waited to try again', async () => {
    const { sender, clock, deliver } = setUp([retry]);
    await expect(deliver.execute(message)).rejects.toBe(retry);
    clock.advance(minutes(2));
    expect(await deliver.execute(message)).toMatchObject({ outcome: 'expired', reason: 'expired' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('sends a code until the last millisecond, and a notice at any time', async () => {
    const { clock, deliver } = setUp();
    clock.advance(minutes(2) - 1);
    expect(await deliver.execute(message)).toMatchObject({ outcome: 'sent' });
    clock.advance(minutes(60));
    const notice = aMessage({ id: 'notice.0', expiresAt: null });
    expect(await deliver.execute(notice)).toMatchObject({ outcome: 'sent' });
  });

  it('lets a transport that recognises repeats have them', async () => {
    const { sender, deliver } = setUp([], true);
    await deliver.execute(message);
    expect(await deliver.execute(message)).toMatchObject({ outcome: 'sent' });
    expect(sender.attempts).toHaveLength(2);
  });

  it('rejects a message for whose channel there is no transport', async () => {
    const { deliver } = setUp();
    const sms = aMessage({ channel: 'sms' });
    expect(await deliver.execute(sms)).toMatchObject({ outcome: 'rejected', reason: 'no-transport' });
  });
});
