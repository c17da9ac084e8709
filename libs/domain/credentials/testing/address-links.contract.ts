import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AddressLinkOutcome, AddressLinks, LinkRequest } from '#domain/credentials';
import { addMilliseconds, minutes, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId, tally } from '#domain/kernel/testing';
import { aLinkPolicy, aLinkRequest } from './link.mother.js';

export interface AddressLinksSubject {
  readonly unitOfWork: UnitOfWork<{ readonly addressLinks: AddressLinks }>;
}

/** Run by a spec for each adapter. */
export function describeAddressLinksContract(
  name: string,
  makeSubject: () => AddressLinksSubject | Promise<AddressLinksSubject>,
): void {
  describe(`AddressLinks contract: ${name}`, () => {
    let subject: AddressLinksSubject;
    const policy = aLinkPolicy();

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const issue = (request: LinkRequest) =>
      subject.unitOfWork.run(({ addressLinks }) => addressLinks.issue(request, policy));
    const issued = async (overrides: Partial<LinkRequest> = {}): Promise<LinkRequest> => {
      const request = aLinkRequest(overrides);
      expect(await issue(request)).toBe('issued');
      return request;
    };
    const spend = (request: LinkRequest, now = at(1), overrides = {}): Promise<AddressLinkOutcome> => {
      const { purpose, subject: of, mac } = { ...request, ...overrides };
      return subject.unitOfWork.run(({ addressLinks }) =>
        addressLinks.spend(purpose, { subject: of, mac: mac ?? 'none' }, now),
      );
    };
    const outcome = async (...of: Parameters<typeof spend>) => (await spend(...of)).outcome;

    it('hands out the address and when the link was made', async () => {
      const request = await issued();
      const spent = await spend(request);
      expect(spent).toEqual({ outcome: 'spent', identifier: request.identifier, issuedAt: request.issuedAt });
    });

    it('spends a link once under 50 parallel calls', async () => {
      const request = await issued();
      expect(tally(await inParallel(50, () => outcome(request)))).toEqual({ spent: 1, invalid: 49 });
    });

    it('takes a link until it expires and not one millisecond longer, nor ever again', async () => {
      const [late, inTime] = [await issued(), await issued()];
      expect(await outcome(late, late.expiresAt)).toBe('expired');
      expect(await outcome(late, at(1))).toBe('invalid');
      expect(await outcome(inTime, addMilliseconds(inTime.expiresAt, -1))).toBe('spent');
    });

    it('knows no link of another address, purpose or secret, and spends none by asking', async () => {
      const request = await issued();
      expect(await outcome(aLinkRequest())).toBe('invalid');
      for (const other of [{ subject: newId() }, { purpose: 'verify-email' }, { mac: 'another' }]) {
        expect(await outcome(request, at(1), other)).toBe('invalid');
      }
      expect(await outcome(request)).toBe('spent');
    });

    it('keeps a link for each purpose, and of one the newest', async () => {
      const older = await issued();
      const { subject: of, identifier } = older;
      const other = await issued({ subject: of, identifier, purpose: 'verify-email' });
      const newer = await issued({ subject: of, identifier, issuedAt: at(1) });
      expect(await outcome(older)).toBe('invalid');
      expect(await outcome(newer)).toBe('spent');
      expect(await outcome(other)).toBe('spent');
    });

    it('counts a mail whose link is kept elsewhere, and has nothing to spend for it', async () => {
      const request = await issued({ mac: null });
      expect(await outcome(request, at(1), { mac: 'null' })).toBe('invalid');
    });

    it('issues exactly a window full under 20 parallel requests, and leaves the last link in force', async () => {
      const of = newId();
      const requests = Array.from({ length: 20 }, () => aLinkRequest({ subject: of }));
      const outcomes = await Promise.all(requests.map(issue));
      expect(tally(outcomes)).toEqual({ issued: 3, throttled: 17 });
      const spent = [];
      for (const request of requests) spent.push(await outcome(request));
      expect(tally(spent)).toEqual({ spent: 1, invalid: 19 });
      expect(outcomes[spent.indexOf('spent')]).toBe('issued');
    });

    it('slides: each mail leaves the window when its time is over', async () => {
      const of = newId();
      const send = (time: number) => issue(aLinkRequest({ subject: of, issuedAt: at(time) }));
      const times = [0, minutes(4), minutes(6)];
      for (const time of times) expect(await send(time)).toBe('issued');
      for (const time of times) {
        expect(await send(time + minutes(15) - 1)).toBe('throttled');
        expect(await send(time + minutes(15))).toBe('issued');
      }
    });

    it('does nothing in a unit of work that fails', async () => {
      const request = await issued();
      const failing = subject.unitOfWork.run(async ({ addressLinks }) => {
        await addressLinks.spend(request.purpose, { subject: request.subject, mac: request.mac! }, at(1));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await outcome(request)).toBe('spent');
    });

    it('is not changed through what it was given or gave away', async () => {
      const request = await issued();
      request.expiresAt.setTime(0);
      request.issuedAt.setTime(0);
      expect(await spend(request)).toMatchObject({ outcome: 'spent', issuedAt: at(0) });
    });
  });
}
