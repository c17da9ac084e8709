import type { Clock } from '#domain/kernel';
import type { Checkpoint } from '../model/seal.js';
import type { AuditChain } from '../ports/audit-chain.port.js';
import type { AuditSeals } from '../ports/audit-seals.port.js';
import { openBatch, sealBatch, type Link } from '../services/chain-links.js';

/** Positions a batch spans at most: a few milliseconds of hashing, and what verification holds at a time. */
const MAX_SPAN = 1_000;
/** Batches made in one go, so that a worker that is told to stop does so in a second or two. */
const MAX_BATCHES = 50;

/**
 * Seals the rows that are settled, batch by batch. Any number of workers may: each computes the same next batch
 * number, and the store takes one batch of a number. Killed at any moment, it leaves whole batches.
 */
export class SealAuditBatches {
  #newest: Checkpoint | null = null;

  constructor(
    private readonly chain: AuditChain,
    private readonly seals: AuditSeals,
    private readonly clock: Clock,
  ) {}

  /** Returns the newest checkpoint made, if any. Throws, and seals nothing, when the chain lost its end. */
  async execute(): Promise<Checkpoint | null> {
    let head = await this.#head();
    const settled = await this.chain.settledPosition(head?.seal.upTo ?? 0);
    if (settled === null) return null;

    let made: Checkpoint | null = null;
    let after = head?.seal.upTo ?? 0;
    for (let batches = 0; after < settled && batches < MAX_BATCHES; batches++) {
      const upTo = Math.min(settled, after + MAX_SPAN);
      const rows = await this.chain.rows(after, upTo);
      // Transactions that were rolled back leave positions behind; they alone are worth no batch.
      if (rows.length === 0 && upTo === settled) break;
      const next = await this.#append(head, { upTo, rows, retiredBefore: head?.seal.retiredBefore ?? null });
      if (!next) break;
      head = next;
      made = next.checkpoint;
      after = upTo;
    }
    return made;
  }

  /**
   * Records, signed, that rows older than this may be gone from now on. False when another worker added a batch
   * at the same moment.
   */
  async retire(before: Date): Promise<boolean> {
    const head = await this.#head();
    const retiredBefore = before.toISOString();
    if (head?.seal.retiredBefore && head.seal.retiredBefore >= retiredBefore) return true;
    return (await this.#append(head, { upTo: head?.seal.upTo ?? 0, rows: [], retiredBefore })) !== null;
  }

  async #append(
    head: Link | null,
    batch: Omit<Parameters<typeof sealBatch>[1], 'sealedAt'>,
  ): Promise<Link | null> {
    const sealed = sealBatch(head, { ...batch, sealedAt: this.clock.now() }, this.seals);
    if (!(await this.chain.append(sealed))) return null;
    const link = openBatch(sealed, this.seals);
    this.#newest = link?.checkpoint ?? null;
    return link;
  }

  /** Nothing is built on an end that is not genuine, or on a chain that is shorter than it was. */
  async #head(): Promise<Link | null> {
    const newest = this.#newest;
    if (newest) {
      const known = await this.chain.find(newest.number);
      if (!known || openBatch(known, this.seals)?.checkpoint.hash !== newest.hash) {
        throw new Error(`The audit trail lost batch ${newest.number}, which this process had sealed`);
      }
    }
    const head = await this.chain.head();
    if (!head) return null;
    const link = openBatch(head, this.seals);
    if (!link) throw new Error(`The seal of audit batch ${head.number} is not genuine`);
    return link;
  }
}
