import type { AuditChain, AuditEvent, SealedBatch, TrailRow } from '#domain/audit';
import { trailRowOf } from './in-memory-trail-row.js';

/** The trail and its seals, for tests, which may lay hands on both. */
export class InMemoryAuditChain implements AuditChain {
  stored: TrailRow[] = [];
  sealed: SealedBatch[] = [];
  #position = 0;

  insert(event: AuditEvent): void {
    this.stored.push(trailRowOf(++this.#position, event));
  }

  /** As a transaction that is rolled back does. */
  skipPosition(): void {
    this.#position++;
  }

  head(): Promise<SealedBatch | null> {
    return Promise.resolve(structuredClone(this.sealed.at(-1) ?? null));
  }

  find(number: number): Promise<SealedBatch | null> {
    return Promise.resolve(structuredClone(this.sealed.find((batch) => batch.number === number) ?? null));
  }

  async *batches(): AsyncIterable<SealedBatch> {
    for (const batch of this.sealed) yield await Promise.resolve(structuredClone(batch));
  }

  append(batch: SealedBatch): Promise<boolean> {
    if (this.sealed.some(({ number }) => number === batch.number)) return Promise.resolve(false);
    this.sealed.push(structuredClone(batch));
    return Promise.resolve(true);
  }

  settledPosition(after: number): Promise<number | null> {
    return Promise.resolve(this.#position > after ? this.#position : null);
  }

  rows(after: number, upTo: number): Promise<readonly TrailRow[]> {
    const rows = this.stored.filter(({ position }) => position > after && position <= upTo);
    return Promise.resolve(structuredClone(rows.sort((a, b) => a.position - b.position)));
  }

  count(after: number | null, upTo: number | null): Promise<number> {
    const [from, to] = [after ?? -Infinity, upTo ?? Infinity];
    return Promise.resolve(this.stored.filter(({ position }) => position > from && position <= to).length);
  }

  /** Days stand in for months. */
  partsBefore(instant: Date): Promise<readonly string[]> {
    const days = this.stored.map(({ occurredAt }) => occurredAt.slice(0, 10));
    return Promise.resolve([...new Set(days)].filter((day) => day < instant.toISOString().slice(0, 10)));
  }

  drop(part: string): Promise<void> {
    this.stored = this.stored.filter(({ occurredAt }) => !occurredAt.startsWith(part));
    return Promise.resolve();
  }
}
