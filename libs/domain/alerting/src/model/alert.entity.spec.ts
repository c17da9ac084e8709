import { describe, expect, it } from '@jest/globals';
import { at } from '#domain/kernel/testing';
import { Alert, type AlertState } from './alert.entity.js';
import type { Observation } from './observation.js';

const anObservation: Observation = {
  at: at(0),
  kinds: ['lockout'],
  failure: false,
  userId: null,
  address: '203.0.113.7',
  requestId: 'r',
  country: null,
  notice: null,
  told: null,
};
const alert = (overrides: Partial<AlertState>): Alert =>
  Alert.restore({ ...Alert.open('id', 'lockout', at(0)).state, count: 1, ...overrides });

describe('An alert', () => {
  it('samples different requests, whatever a client calls them all', () => {
    const ids = [...Array<string>(50).fill('same'), ...Array.from({ length: 50 }, (_, i) => `r${i}`)];
    const { state } = ids.reduce(
      (current, requestId) => current.with({ ...anObservation, requestId }, 'warning', 1),
      Alert.open('id', 'lockout', at(0)),
    );
    expect(state.requestIds).toEqual(['same', ...ids.slice(50, 69)]);
    expect(state.count).toBe(100);
  });
});

describe('What operators have not been told of an alert', () => {
  it.each<[Partial<AlertState>, Alert['news']]>([
    [{}, 'opened'],
    [{ count: 5_000 }, 'opened'],
    [{ told: 1 }, null],
    [{ told: 3, count: 299 }, null],
    [{ told: 3, count: 300 }, 'grown'],
    [{ told: 1, closedAt: at(1) }, 'closed'],
    [{ told: null, closedAt: at(1) }, 'closed'],
  ])('%j: %s', (overrides, news) => {
    expect(alert(overrides).news).toBe(news);
  });

  it('is bounded: a million events are four notices', () => {
    let notices = 0;
    let current = alert({ count: 1 });
    for (let count = 1; count <= 1_000_000; count += 50) {
      current = Alert.restore({ ...current.state, count });
      if (current.news) notices++;
      if (current.news) current = current.announced;
    }
    expect(current.closed(at(1)).news).toBe('closed');
    expect(notices).toBe(3);
  });
});
