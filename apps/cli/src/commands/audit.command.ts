import { Command, InvalidArgumentError } from 'commander';
import { Ed25519AuditSeals, SystemClock } from '#adapters/crypto';
import { PostgresAuditChain } from '#adapters/typeorm';
import {
  openBatch,
  readCheckpoint,
  VerifyAuditTrail,
  writeCheckpoint,
  type AuditChain,
  type AuditSeals,
  type AuditVerification,
  type Checkpoint,
  type Finding,
} from '#domain/audit';
import { loadConfig, type Config } from '../../../api/src/config/index.js';
import { withStores } from '../database.js';

const readConfig = (): Config => loadConfig({ env: process.env, cwd: process.cwd() });
const openSeals = ({ keys }: Config): Ed25519AuditSeals => new Ed25519AuditSeals(keys.dir, new SystemClock());

function withChain(work: (chain: AuditChain, seals: AuditSeals) => Promise<void>): Promise<void> {
  const config = readConfig();
  return withStores(config, 'gatehouse-audit', (db) => work(new PostgresAuditChain(db), openSeals(config)));
}

const verify = ({ checkpoint = null }: { readonly checkpoint?: Checkpoint | null }): Promise<void> =>
  withChain(async (chain, seals) => {
    const report = (finding: Finding): void => console.log(describe(finding));
    const verification = await new VerifyAuditTrail(chain, seals).execute(report, checkpoint);
    console.log(summarise(verification));
    if (verification.findings > 0) process.exitCode = 1;
  });

const printCheckpoint = (): Promise<void> =>
  withChain(async (chain, seals) => {
    const head = await chain.head();
    const link = head && openBatch(head, seals);
    if (link) {
      console.log(writeCheckpoint(link.checkpoint));
      return;
    }
    console.error(head ? describe({ kind: 'seal-altered', batch: head.number }) : 'nothing is sealed yet');
    process.exitCode = 1;
  });

function describe(finding: Finding): string {
  switch (finding.kind) {
    case 'row-altered':
      return `altered   row ${finding.id} at position ${finding.position} of batch ${finding.batch}`;
    case 'row-removed':
      return `removed   row ${finding.id} at position ${finding.position} of batch ${finding.batch}`;
    case 'row-inserted':
      return `inserted  row ${finding.id} at position ${finding.position} of batch ${finding.batch}`;
    case 'rows-inserted':
      return `inserted  ${finding.count} rows before the first position`;
    case 'batches-removed':
      return `removed   batches ${finding.batch} to ${finding.through}`;
    case 'seal-altered':
      return `altered   seal of batch ${finding.batch}, or its key is not in KEYS_DIR/audit`;
    case 'chain-broken':
      return `altered   order: batch ${finding.batch} does not follow the one before it`;
    case 'checkpoint-contradicted':
      return `altered   chain: batch ${finding.batch} is not, or no longer, as the checkpoint says`;
  }
}

function summarise(verification: AuditVerification): string {
  const { batches, rows, unsealed, findings, retiredBefore, checkpoint } = verification;
  return [
    `${rows} rows in ${batches} batches, ${findings === 0 ? 'as they were sealed' : `${findings} findings`}`,
    ...(unsealed > 0 ? [`${unsealed} newer rows are not sealed yet`] : []),
    ...(retiredBefore ? [`rows before ${retiredBefore} may have been dropped by retention`] : []),
    `checkpoint ${checkpoint ? writeCheckpoint(checkpoint) : 'none'}`,
  ].join('\n');
}

function parseCheckpoint(text: string): Checkpoint {
  const checkpoint = readCheckpoint(text);
  if (!checkpoint)
    throw new InvalidArgumentError(
      'It is a number, a dot and 43 characters, as `audit checkpoint` prints it',
    );
  return checkpoint;
}

const verifyCommand = new Command('verify')
  .description(
    'Prove that nothing of the audit trail was altered or removed; exits with 1 when something was',
  )
  .option(
    '--checkpoint <checkpoint>',
    'one that was kept elsewhere, so that a lost end is noticed',
    parseCheckpoint,
  )
  .action(verify);

const checkpointCommand = new Command('checkpoint')
  .description('Print the newest checkpoint, to be kept where the database cannot be reached from')
  .action(printCheckpoint);

const rotateKey = new Command('rotate-key')
  .description('Make a new key that seals the trail from now on; what older keys sealed stays verifiable')
  .action(() => console.log(`made ${openSeals(readConfig()).rotate()}`));

export const auditCommand = new Command('audit')
  .description('Prove the audit trail')
  .addCommand(verifyCommand)
  .addCommand(checkpointCommand)
  .addCommand(rotateKey);
