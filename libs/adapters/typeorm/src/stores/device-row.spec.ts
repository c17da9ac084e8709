import { describe, expect, it } from '@jest/globals';
import { at } from '#domain/kernel/testing';
import { aDevice } from '#domain/session/testing';
import { toDevice, toMemory, type DeviceRow } from './device-row.js';

const { state } = aDevice({ lastSeenAt: at(5), suspectSince: at(3) });
const rowOf = (memory: unknown): DeviceRow => ({
  user_id: state.userId,
  id: state.id,
  fingerprint: state.fingerprint,
  name: state.name,
  user_agent: state.userAgent,
  address: state.address,
  first_seen_at: state.firstSeenAt,
  last_seen_at: state.lastSeenAt,
  trusted_at: state.trustedAt,
  memory: memory as DeviceRow['memory'],
});
const { lastPlaced: _, suspectSince: __, ...old } = JSON.parse(toMemory(state)) as Record<string, unknown>;

describe('The row of a device', () => {
  it('keeps what it remembers', () => {
    expect(toDevice(rowOf(JSON.parse(toMemory(state)))).state).toEqual(state);
  });

  it.each([
    ['the place of its last sign-in', old, { at: at(5), place: state.place }],
    ['no place', { ...old, place: null }, null],
  ])('that an earlier version wrote was last placed at %s', (_what, memory, lastPlaced) => {
    expect(toDevice(rowOf(memory)).state).toMatchObject({ lastPlaced, suspectSince: null });
  });
});
