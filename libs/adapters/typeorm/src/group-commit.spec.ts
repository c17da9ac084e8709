import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** Keeps every group until it is told to answer. */
class Recorder {
  readonly groups: number[][] = [];
  readonly #finished: ((error?: Error) => void)[] = [];

  execute = (calls: readonly number[]): Promise<readonly number[]> => {
    this.groups.push([...calls]);
    return new Promise((resolve, reject) => {
      this.#finished.push((error) => (error ? reject(error) : resolve(calls.map((call) => -call))));
    });
  };

  finish = (error?: Error): void => this.#finished.shift()!(error);
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('GroupCommit', () => {
  it('executes what one turn of the event loop asks for as one group, and answers each its own', async () => {
    const recorder = new Recorder();
    const group = new GroupCommit(recorder.execute);
    const answers = Promise.all([1, 2, 3].map((call) => group.join(call)));
    await nextTurn();
    recorder.finish();
    expect(await answers).toEqual([-1, -2, -3]);
    expect(recorder.groups).toEqual([[1, 2, 3]]);
  });

  it('lets those that come while a group is under way wait for the next, in order, at most so many', async () => {
    const recorder = new Recorder();
    const group = new GroupCommit(recorder.execute, null, 2, 1);
    const answers = [group.join(1)];
    await nextTurn();
    answers.push(...[2, 3, 4].map((call) => group.join(call)));
    await nextTurn();
    expect(recorder.groups).toEqual([[1]]);
    for (let left = 3; left > 0; left--) {
      recorder.finish();
      await nextTurn();
    }
    expect(recorder.groups).toEqual([[1], [2, 3], [4]]);
    expect(await Promise.all(answers)).toEqual([-1, -2, -3, -4]);
  });

  it('executes two groups side by side, and no third', async () => {
    const recorder = new Recorder();
    const group = new GroupCommit(recorder.execute);
    const answers = [];
    for (const call of [1, 2, 3]) {
      answers.push(group.join(call));
      await nextTurn();
    }
    expect(recorder.groups).toEqual([[1], [2]]);
    recorder.finish();
    await nextTurn();
    expect(recorder.groups).toEqual([[1], [2], [3]]);
    recorder.finish();
    recorder.finish();
    expect(await Promise.all(answers)).toEqual([-1, -2, -3]);
  });

  it('fails everybody in a group that fails, and nobody after', async () => {
    const recorder = new Recorder();
    const group = new GroupCommit(recorder.execute);
    const failed = Promise.allSettled([group.join(1), group.join(2)]);
    await nextTurn();
    recorder.finish(new Error('no'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = group.join(3);
    await nextTurn();
    recorder.finish();
    expect(await later).toBe(-3);
  });

  it('refuses what has waited for three seconds behind a group that does not end, and goes on with the rest', async () => {
    let now = 0;
    const recorder = new Recorder();
    const group = new GroupCommit(recorder.execute, null, 100, 1, () => now);
    const first = group.join(1);
    await nextTurn();
    const late = group.join(2).catch((error: { code: string }) => error.code);
    now = 1_000;
    const inTime = group.join(3);
    now = 3_001;
    recorder.finish();
    await nextTurn();
    recorder.finish();
    expect(await Promise.all([first, late, inTime])).toEqual([-1, 'database-unavailable', -3]);
    expect(recorder.groups).toEqual([[1], [3]]);
  });
});
