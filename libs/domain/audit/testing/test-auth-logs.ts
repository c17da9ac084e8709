import type { AuthLogIndex, TrailRow, WriteOutcome } from '#domain/audit';

/** An index in memory that fares as it is told to. */
export class TestAuthLogs implements AuthLogIndex {
  readonly stored = new Map<string, TrailRow>();
  /** How many rows it was offered, each time. */
  readonly offered: number[] = [];
  /** For one write each. */
  readonly script: Partial<WriteOutcome>[] = [];
  /** Rows of this action never fit. */
  misfits = 'misfit';
  closed = false;

  write(rows: readonly TrailRow[], signal: AbortSignal): Promise<WriteOutcome> {
    this.offered.push(rows.length);
    const { settled = rows.length, setback = null } = this.script.shift() ?? {};
    const reached = signal.aborted ? [] : rows.slice(0, settled);
    const rejected = reached.filter(({ action }) => action === this.misfits);
    for (const row of reached) if (!rejected.includes(row)) this.stored.set(row.id, row);
    const rejections = rejected.map((row) => ({ row, type: 'misfit', reason: 'does not fit' }));
    return Promise.resolve({ settled: reached.length, rejections, setback });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
