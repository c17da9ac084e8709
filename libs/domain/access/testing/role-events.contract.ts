import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RoleEvents } from '#domain/access';

export interface RoleEventsSubject {
  /** Two ends of the same channel; the same object where there is one instance only. */
  readonly one: RoleEvents;
  readonly other: RoleEvents;
  close?(): void | Promise<void>;
}

/** What near caches rely on: both ends hear of a change, and publishing never hurts the publisher. */
export const describeRoleEventsContract = (
  name: string,
  makeSubject: () => RoleEventsSubject | Promise<RoleEventsSubject>,
): void => {
  describe(`${name} as role events`, () => {
    let subject: RoleEventsSubject;

    const hearing = (events: RoleEvents): Promise<string> =>
      new Promise((resolve) => events.subscribe(resolve));

    beforeEach(async () => {
      subject = await makeSubject();
    });

    afterEach(() => subject.close?.());

    it('tells both ends, its own before publish returns', async () => {
      const heard: string[] = [];
      subject.one.subscribe((role) => heard.push(role));
      const other = hearing(subject.other);
      subject.one.publish('moderator');
      expect(heard).toEqual(['moderator']);
      expect(await other).toBe('moderator');
    });

    it('tells every listener, also after one that throws, and spares the publisher', async () => {
      subject.other.subscribe(() => {
        throw new Error('a listener with a bug');
      });
      const heard = hearing(subject.other);
      expect(() => subject.one.publish('moderator')).not.toThrow();
      expect(await heard).toBe('moderator');
    });

    it('publishes to nobody without complaint', () => {
      expect(() => subject.one.publish('moderator')).not.toThrow();
    });
  });
};
