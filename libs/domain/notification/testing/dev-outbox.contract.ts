import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DevOutbox, DevOutboxMessage } from '#domain/notification';

/** Run by a spec for each adapter. Recipients are never used twice; only the last test needs a new database. */
export function describeDevOutboxContract(
  name: string,
  makeSubject: () => DevOutbox | Promise<DevOutbox>,
): void {
  describe(`DevOutbox contract: ${name}`, () => {
    let outbox: DevOutbox;
    let to: string;

    beforeEach(async () => {
      outbox = await makeSubject();
      to = `${crypto.randomUUID()}@example.com`;
    });

    const message = (overrides: Partial<DevOutboxMessage> = {}): DevOutboxMessage => ({
      id: `${crypto.randomUUID()}.0`,
      channel: 'email',
      to,
      template: 'otp-code',
      subject: 'Your code',
      text: 'Your code is 482913\n',
      html: '<p>Your code is <b>482913</b></p>',
      code: '482913',
      createdAt: new Date('2026-01-15T12:00:00.000Z'),
      ...overrides,
    });

    it('shows a message exactly as it was kept', async () => {
      const email = message();
      const sms = message({ channel: 'sms', subject: '', html: null, code: null });
      await outbox.keep(email);
      await outbox.keep(sms);
      const kept = await outbox.list({ to, limit: 10 });
      expect(kept).toHaveLength(2);
      expect(kept).toEqual(expect.arrayContaining([email, sms]));
    });

    it('keeps one copy of a message that many workers deliver in parallel', async () => {
      const repeated = message();
      await Promise.all(Array.from({ length: 50 }, () => outbox.keep(repeated)));
      expect(await outbox.list({ to, limit: 100 })).toEqual([repeated]);
    });

    it('keeps the first content of a repeated id', async () => {
      const first = message();
      await outbox.keep(first);
      await outbox.keep({ ...first, text: 'another text' });
      expect(await outbox.list({ to, limit: 10 })).toEqual([first]);
    });

    it('lists the newest first, by id where times are equal, up to the limit', async () => {
      const at = (second: number): Date => new Date(Date.UTC(2026, 0, 15, 12, 0, second));
      const suffix = crypto.randomUUID();
      const messages = [0, 2, 2, 1].map((second, index) =>
        message({ id: `${index}-${suffix}`, createdAt: at(second) }),
      );
      for (const each of messages) await outbox.keep(each);
      const [oldest, newest, newestWithHigherId, middle] = messages;
      const all = await outbox.list({ to, limit: 10 });
      expect(all).toEqual([newestWithHigherId, newest, middle, oldest]);
      expect(await outbox.list({ to, limit: 2 })).toEqual([newestWithHigherId, newest]);
    });

    it('lists one recipient only, matched exactly', async () => {
      await outbox.keep(message());
      await outbox.keep(message({ to: `other-${to}` }));
      await outbox.keep(message({ to: to.slice(0, -1) }));
      expect((await outbox.list({ to, limit: 10 })).map((each) => each.to)).toEqual([to]);
      expect(await outbox.list({ to: '%', limit: 10 })).toEqual([]);
    });

    it('hands out copies, not its own records', async () => {
      await outbox.keep(message());
      const [first] = await outbox.list({ to, limit: 1 });
      (first as { text: string }).text = 'changed by a reader';
      first?.createdAt.setFullYear(1970);
      expect(await outbox.list({ to, limit: 1 })).toEqual([
        expect.objectContaining({
          text: 'Your code is 482913\n',
          createdAt: new Date('2026-01-15T12:00:00.000Z'),
        }),
      ]);
    });

    it('lists every recipient when none is named', async () => {
      await outbox.keep(message({ createdAt: new Date('2099-01-01T00:00:00.000Z') }));
      await outbox.keep(message({ createdAt: new Date('2099-01-02T00:00:00.000Z'), to: `other-${to}` }));
      expect((await outbox.list({ limit: 2 })).map((each) => each.to)).toEqual([`other-${to}`, to]);
    });
  });
}
