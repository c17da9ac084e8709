import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionChange, SessionEvents } from '#domain/session';

export interface SessionEventsSubject {
  /** Two ends of the same channel; the same object where there is one instance only. */
  readonly one: SessionEvents;
  readonly other: SessionEvents;
  close?(): void | Promise<void>;
}

/** What near caches rely on: both ends hear of a change, and publishing never hurts the publisher. */
export const describeSessionEventsContract = (
  name: string,
  makeSubject: () => SessionEventsSubject | Promise<SessionEventsSubject>,
): void => {
  describe(`${name} as session events`, () => {
    const some: SessionChange = { userId: 'user-1', sessionIds: ['session-1', 'session-2'] };
    const all: SessionChange = { userId: 'user-1', sessionIds: 'all' };
    let subject: SessionEventsSubject;

    /** The distinct changes heard, however often and in whatever order, once there are `count` of them. */
    const hearing = (events: SessionEvents, count: number): Promise<SessionChange[]> => {
      const heard = new Map<string, SessionChange>();
      return new Promise((resolve) => {
        events.subscribe((change) => {
          heard.set(JSON.stringify(change), structuredClone(change));
          if (heard.size === count) resolve([...heard.values()].sort(byText));
        });
      });
    };

    const byText = (a: SessionChange, b: SessionChange) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

    beforeEach(async () => {
      subject = await makeSubject();
    });

    afterEach(() => subject.close?.());

    it('tells both ends', async () => {
      const heard = Promise.all([hearing(subject.one, 2), hearing(subject.other, 2)]);
      subject.one.publish(some);
      subject.one.publish(all);
      expect(await heard).toEqual([
        [all, some],
        [all, some],
      ]);
    });

    it('tells its own end before publish returns', () => {
      const heard: SessionChange[] = [];
      subject.one.subscribe((change) => heard.push(change));
      subject.one.publish(some);
      expect(heard).toEqual([some]);
    });

    it('tells every listener, also after one that throws, and spares the publisher', async () => {
      subject.other.subscribe(() => {
        throw new Error('a listener with a bug');
      });
      const heard = Promise.all([hearing(subject.other, 1), hearing(subject.other, 1)]);
      subject.one.publish(some);
      expect(await heard).toEqual([[some], [some]]);
    });

    it('tells of 50 parallel changes', async () => {
      const changes = Array.from({ length: 50 }, (_, i): SessionChange => ({
        userId: `user-${i}`,
        sessionIds: 'all',
      }));
      const heard = hearing(subject.other, 50);
      for (const change of changes) subject.one.publish(change);
      expect(await heard).toEqual(changes.sort(byText));
    });

    it('publishes to nobody without complaint', () => {
      expect(() => subject.one.publish(some)).not.toThrow();
    });
  });
};
