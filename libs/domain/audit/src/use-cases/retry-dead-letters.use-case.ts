import type { Clock } from '#domain/kernel';
import type { TrailRow } from '../model/trail-row.js';
import type { AuditChain } from '../ports/audit-chain.port.js';
import type { AuthLogIndex } from '../ports/auth-log-index.port.js';
import type { DeadLetter, DeadLetters } from '../ports/dead-letters.port.js';
import { deadLettersOf } from '../services/dead-letters-of.js';

const PAGE = 200;

export interface RetryReport {
  readonly shipped: number;
  /** With the newest reason. */
  readonly rejected: number;
  /** Their rows have outlived the trail's retention. */
  readonly gone: number;
}

/** Offers what the index rejected to it once more, after somebody has seen to the reason. */
export class RetryDeadLetters {
  constructor(
    private readonly letters: DeadLetters,
    private readonly trail: Pick<AuditChain, 'rows'>,
    private readonly index: AuthLogIndex,
    private readonly clock: Clock,
  ) {}

  /** Throws when the index does not answer, or asks for patience; what was shipped by then is. */
  async execute(signal: AbortSignal): Promise<RetryReport> {
    let [shipped, rejected, gone] = [0, 0, 0];
    for (let after = 0; ;) {
      const page = await this.letters.list(after, PAGE);
      const rows = await this.#rowsOf(page);
      gone += page.length - rows.length;
      for (let done = 0; done < rows.length;) {
        const outcome = await this.index.write(rows.slice(done), signal);
        const refused = new Set(outcome.rejections.map(({ row }) => row.id));
        const settled = rows.slice(done, done + outcome.settled);
        const taken = settled.map(({ id }) => id).filter((id) => !refused.has(id));
        await this.letters.remove(taken);
        await this.letters.update(deadLettersOf(outcome.rejections, this.clock.now()));
        done += outcome.settled;
        shipped += taken.length;
        rejected += refused.size;
        if (outcome.setback) throw new Error(outcome.setback.reason);
      }
      const last = page.at(-1);
      if (page.length < PAGE || !last) return { shipped, rejected, gone };
      after = last.position;
    }
  }

  async #rowsOf(page: readonly DeadLetter[]): Promise<readonly TrailRow[]> {
    const found: TrailRow[] = [];
    for (const { id, position } of page) {
      const rows = await this.trail.rows(position - 1, position);
      found.push(...rows.filter((row) => row.id === id));
    }
    return found;
  }
}
