import { describe, expect, it } from '@jest/globals';
import { readCheckpoint, writeCheckpoint } from './seal.js';

describe('A checkpoint', () => {
  it('is read as it was written', () => {
    const checkpoint = { number: 17, hash: 'h'.repeat(43) };
    expect(readCheckpoint(writeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it.each(['', '17', '17.', `0.${'h'.repeat(43)}`, `x.${'h'.repeat(43)}`, `17.${'h'.repeat(42)}`])(
    'is not read from %j',
    (text) => expect(readCheckpoint(text)).toBeNull(),
  );
});
