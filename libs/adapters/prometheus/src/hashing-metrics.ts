import type { Registry } from 'prom-client';
import { gaugeByState } from './gauges.js';

export interface HashingReading {
  readonly running: number;
  readonly waiting: number;
}

/** Password hashing, which is bounded because each hash occupies a core. */
export function watchHashing(registry: Registry, queue: HashingReading): void {
  gaugeByState(
    registry,
    'gatehouse_password_hashing_jobs',
    'Passwords being hashed, and those that wait for their turn; a full queue answers 503.',
    () => ({ running: queue.running, waiting: queue.waiting }),
  );
}
