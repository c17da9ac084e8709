import { compareRows, type Finding } from '../model/finding.js';
import { readLeaves } from '../model/leaf.js';
import type { Checkpoint } from '../model/seal.js';
import type { AuditChain } from '../ports/audit-chain.port.js';
import type { AuditSeals } from '../ports/audit-seals.port.js';
import { openBatch, type Link } from '../services/chain-links.js';

export interface AuditVerification {
  readonly batches: number;
  /** Rows that are there and as they were sealed, or reported. */
  readonly rows: number;
  /** Rows that no batch covers yet, of which nothing is proved. */
  readonly unsealed: number;
  readonly findings: number;
  /** Rows older than this were allowed to be missing. */
  readonly retiredBefore: string | null;
  /** The last genuine batch. */
  readonly checkpoint: Checkpoint | null;
}

/**
 * Holds every row against what was sealed of it, batch by batch, in memory for one batch. It sees any row or
 * batch that was altered, removed or put in; that the newest batches were cut off together with their rows, it
 * sees only against a checkpoint that was kept elsewhere.
 */
export class VerifyAuditTrail {
  constructor(
    private readonly chain: AuditChain,
    private readonly seals: AuditSeals,
  ) {}

  async execute(
    report: (finding: Finding) => void,
    known: Checkpoint | null = null,
  ): Promise<AuditVerification> {
    let findings = 0;
    const note = (finding: Finding): void => {
      findings++;
      report(finding);
    };
    let retiredBefore = await this.#retiredBefore();
    let [rows, sealedUpTo, last] = [0, 0, 0];
    let newest: Link | null = null;
    let intact = true;

    const strays = await this.chain.count(null, 0);
    if (strays > 0) note({ kind: 'rows-inserted', count: strays });

    for await (const batch of this.chain.batches()) {
      const { number } = batch;
      if (number !== last + 1) {
        note({ kind: 'batches-removed', batch: last + 1, through: number - 1 });
        intact = false;
      }
      last = number;
      const link = openBatch(batch, this.seals);
      if (!link) {
        note({ kind: 'seal-altered', batch: number });
        intact = false;
        continue;
      }
      const { seal, checkpoint } = link;
      // Of the successor of a batch that was reported, there is nothing more to say.
      if (intact && seal.previous !== (newest?.checkpoint.hash ?? ''))
        note({ kind: 'chain-broken', batch: number });
      if (known?.number === number && known.hash !== checkpoint.hash) {
        note({ kind: 'checkpoint-contradicted', batch: number });
      }
      intact = true;
      newest = link;
      sealedUpTo = seal.upTo;

      const found = await this.chain.rows(seal.after, seal.upTo);
      rows += found.length;
      const leaves = readLeaves(batch.leaves);
      const digest = (text: string): string => this.seals.digest(text);
      const compare = (): Finding[] => compareRows(number, leaves, found, retiredBefore, digest);
      let differences = compare();
      if (differences.some(({ kind }) => kind === 'row-removed')) {
        // Retention may have dropped them since this began.
        retiredBefore = await this.#retiredBefore();
        differences = compare();
      }
      differences.forEach(note);
    }
    if (known && known.number > last) note({ kind: 'checkpoint-contradicted', batch: known.number });
    const unsealed = await this.chain.count(sealedUpTo, null);
    return { batches: last, rows, unsealed, findings, retiredBefore, checkpoint: newest?.checkpoint ?? null };
  }

  /** As the newest genuine seal has it. */
  async #retiredBefore(): Promise<string | null> {
    const head = await this.chain.head();
    for (let number = head?.number ?? 0; number > 0; number--) {
      const batch = await this.chain.find(number);
      const link = batch && openBatch(batch, this.seals);
      if (link) return link.seal.retiredBefore;
    }
    return null;
  }
}
