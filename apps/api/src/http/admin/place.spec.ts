import { describe, expect, it } from '@jest/globals';
import { decodeInstantPlace, encodePlace } from './place.js';

const id = '0190b5c8-0000-7000-8000-000000000001';

describe('A place in an order by time', () => {
  it('is read as it was written', () => {
    const key = '2026-01-15T12:00:00.123Z';
    expect(decodeInstantPlace(encodePlace({ key, id })!)).toEqual({ instant: new Date(key), id });
    expect(decodeInstantPlace(undefined)).toBeNull();
  });

  it.each([
    '-271821-04-20T00:00:00.000Z',
    '-004714-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '2026-01-15',
    '2026-02-30T00:00:00.000Z',
    'yesterday',
    '',
  ])('is none when it was made up, in a time that no store knows: %j', (key) => {
    expect(() => decodeInstantPlace(encodePlace({ key, id })!)).toThrow('cursor is not one of ours');
  });
});
