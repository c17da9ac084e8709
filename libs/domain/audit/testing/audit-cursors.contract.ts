import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditCursors, CursorMoves, DeadLetter, DeadLetterIntake, DeadLetters } from '#domain/audit';
import { seconds, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId, outcomeOf } from '#domain/kernel/testing';

export interface AuditCursorsSubject {
  readonly cursors: AuditCursors;
  readonly letters: DeadLetters;
  readonly unitOfWork: UnitOfWork<{ auditCursors: CursorMoves; deadLetters: DeadLetterIntake }>;
}

const aDeadLetter = (overrides: Partial<DeadLetter> = {}): DeadLetter => ({
  id: newId(),
  position: 1,
  type: 'document_parsing_exception',
  reason: 'failed to parse field [metadata.risk]',
  rejectedAt: at(1),
  ...overrides,
});

/** Run by a spec for each adapter. */
export function describeAuditCursorsContract(
  name: string,
  makeSubject: () => AuditCursorsSubject | Promise<AuditCursorsSubject>,
): void {
  describe(`AuditCursors contract: ${name}`, () => {
    let { cursors, letters, unitOfWork } = {} as AuditCursorsSubject;

    beforeEach(async () => {
      ({ cursors, letters, unitOfWork } = await makeSubject());
    });
    const lease = (holder: string, from: number, to: number) =>
      cursors.lease('one', holder, at(from), at(to));

    it('starts at nothing, and moves each cursor by itself', async () => {
      expect(await cursors.position('one')).toBe(0);
      expect(await cursors.advance('one', 0, 5)).toBe(true);
      expect(await cursors.advance('one', 5, 9_007_199_254_740_991)).toBe(true);
      expect(await cursors.position('one')).toBe(9_007_199_254_740_991);
      expect(await cursors.position('other')).toBe(0);
    });

    it('moves only from where it is', async () => {
      expect(await cursors.advance('one', 3, 5)).toBe(false);
      expect(await cursors.position('one')).toBe(0);
      await cursors.advance('one', 0, 5);
      expect(await cursors.advance('one', 0, 7)).toBe(false);
      expect(await cursors.position('one')).toBe(5);
    });

    it.each([[0], [5]])('has one winner of several that move it from %i', async (from) => {
      if (from > 0) await cursors.advance('one', 0, from);
      const won = await inParallel(10, (index) => cursors.advance('one', from, 10 + index));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await cursors.position('one')).toBe(10 + won.indexOf(true));
    });

    it('moves with the rest of its unit of work, or not at all', async () => {
      const work = unitOfWork.run(async ({ auditCursors, deadLetters }) => {
        await auditCursors.advance('one', 0, 5);
        deadLetters.add([aDeadLetter()]);
        throw new Error('rolled back');
      });
      expect(await outcomeOf(work)).toBe('rolled back');
      expect(await cursors.position('one')).toBe(0);
      expect(await letters.count()).toBe(0);

      const letter = aDeadLetter();
      await unitOfWork.run(async ({ auditCursors, deadLetters }) => {
        if (await auditCursors.advance('one', 0, 5)) deadLetters.add([letter]);
      });
      expect(await cursors.position('one')).toBe(5);
      expect(await letters.list(0, 10)).toEqual([letter]);
    });

    it('is leased to one holder of several, who may prolong it', async () => {
      const won = await inParallel(10, (index) => lease(`holder ${index}`, 0, seconds(10)));
      expect(won.filter(Boolean)).toHaveLength(1);
      const holder = `holder ${won.indexOf(true)}`;
      expect(await lease(holder, seconds(5), seconds(15))).toBe(true);
      expect(await lease('another', seconds(14), seconds(30))).toBe(false);
      expect(await cursors.position('one')).toBe(0);
    });

    it('is free again when the lease has ended, or was given back', async () => {
      await lease('one', 0, seconds(10));
      expect(await lease('two', seconds(10), seconds(20))).toBe(true);
      expect(await lease('one', seconds(12), seconds(30))).toBe(false);
      await lease('two', seconds(12), seconds(12));
      expect(await lease('one', seconds(12), seconds(30))).toBe(true);
    });

    it('keeps its place when it is leased, and its lease when it moves', async () => {
      await cursors.advance('one', 0, 5);
      await lease('one', 0, seconds(10));
      await cursors.advance('one', 5, 6);
      expect(await cursors.position('one')).toBe(6);
      expect(await lease('two', seconds(1), seconds(10))).toBe(false);
    });
  });

  describe(`DeadLetters contract: ${name}`, () => {
    let { letters, unitOfWork } = {} as AuditCursorsSubject;

    beforeEach(async () => {
      ({ letters, unitOfWork } = await makeSubject());
    });
    const add = (...added: DeadLetter[]) =>
      unitOfWork.run(({ deadLetters }) => Promise.resolve(deadLetters.add(added)));
    const positions = async (after: number, limit: number) =>
      (await letters.list(after, limit)).map(({ position }) => position);

    it('lists them by position, a page at a time', async () => {
      await add(...[4, 2, 3, 1].map((position) => aDeadLetter({ position })));
      expect(await positions(0, 3)).toEqual([1, 2, 3]);
      expect(await positions(3, 3)).toEqual([4]);
      expect(await letters.count()).toBe(4);
    });

    it('keeps the newest reason for a row that was rejected again', async () => {
      const letter = aDeadLetter();
      await add(letter);
      const again = { ...letter, reason: 'another', rejectedAt: at(9) };
      await add(again);
      expect(await letters.list(0, 10)).toEqual([again]);
      await letters.update([letter]);
      expect(await letters.list(0, 10)).toEqual([letter]);
    });

    it('removes those that it is told to', async () => {
      const [gone, kept] = [aDeadLetter(), aDeadLetter({ position: 2 })];
      await add(gone, kept);
      await letters.remove([gone.id, newId()]);
      expect(await letters.list(0, 10)).toEqual([kept]);
    });
  });
}
