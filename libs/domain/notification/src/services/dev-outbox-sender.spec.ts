import { describe, expect, it } from '@jest/globals';
import { InMemoryDevOutbox } from '#adapters/memory';
import { anSms } from '#domain/notification/testing';
import { DevOutboxSender } from './dev-outbox-sender.js';

describe('DevOutboxSender', () => {
  it('keeps a message readable, once for any number of repeats', async () => {
    const outbox = new InMemoryDevOutbox();
    const sender = new DevOutboxSender(outbox);
    const message = anSms();
    await Promise.all([sender.send(message), sender.send(message)]);
    expect(await outbox.list({ limit: 10 })).toEqual([
      {
        id: message.id,
        channel: 'sms',
        to: '+14155550123',
        template: 'otp-code',
        subject: '',
        text: '482913 is your code',
        html: null,
        code: '482913',
        createdAt: message.createdAt,
      },
    ]);
  });
});
