import { describe, expect, it } from '@jest/globals';
import { at } from '#domain/kernel/testing';
import { Alert, type AlertState } from './alert.entity.js';

const alert = (overrides: Partial<AlertState>): Alert =>
  Alert.restore({ ...Alert.open('id', 'lockout', at(0)).state, count: 1, ...overrides });

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
