import { describe, expect, it } from '@jest/globals';
import { anEvent } from '#domain/kernel/testing';
import { DeliveryError } from '#domain/notification';
import { PostAlert } from './post-alert.use-case.js';

const event = anEvent({ type: 'alert.posted' });
const failing = (error: Error) => new PostAlert({ post: () => Promise.reject(error) });

describe('PostAlert', () => {
  it('hands on alerts, and nothing else', async () => {
    const posted: unknown[] = [];
    const postAlert = new PostAlert({ post: async (each) => void posted.push(each) });
    expect(await postAlert.execute(event)).toEqual({ outcome: 'sent', reason: null });
    expect(await postAlert.execute({ ...event, type: 'alert.mailed' })).toBe('ignored');
    expect(posted).toEqual([event]);
  });

  it('ends one that will never be taken', async () => {
    const gone = failing(new DeliveryError('permanent', 'webhook-410'));
    expect(await gone.execute(event)).toEqual({ outcome: 'rejected', reason: 'webhook-410' });
  });

  it('ends one that nobody waits for any more', async () => {
    expect(await new PostAlert(null).execute(event)).toEqual({ outcome: 'rejected', reason: 'no-transport' });
  });

  it.each([new DeliveryError('retry', 'webhook-503'), new TypeError('a bug')])(
    'leaves it to the queue after %s',
    async (error) => {
      await expect(failing(error).execute(event)).rejects.toBe(error);
    },
  );
});
