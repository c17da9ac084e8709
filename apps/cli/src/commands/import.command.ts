import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { ImportAccounts, type ImportLine, type ImportProgress } from '#domain/administration';
import { originOf } from '#domain/kernel';
import { ImportModule } from '../../../api/src/composition/import.module.js';
import { loadConfig } from '../../../api/src/config/index.js';
import { withUseCases } from '../database.js';
import { digestOf, linesOf } from '../import/file-lines.js';
import { readLine, type LineOptions } from '../import/import-line.js';

/** Accounts in one transaction; what a killed process has to read again. */
const BATCH = 500;

/** The audit's word for whoever has a shell on the machine. */
const origin = () => originOf('gatehouse import', randomUUID());

async function importFile(
  file: string,
  { assumeVerified = false }: { assumeVerified?: boolean },
): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  const { size } = await stat(file);
  await withUseCases(config, 'gatehouse-import', ImportModule, (useCases) =>
    run(useCases.get(ImportAccounts), file, size, { roles: ['user'], assumeVerified }),
  );
}

async function run(imports: ImportAccounts, file: string, size: number, options: LineOptions): Promise<void> {
  const bar = new SingleBar({
    format: 'Importing {bar} {percentage} % | {imported} imported, {failed} failed',
  });
  let progress = await imports.progressOf(await digestOf(file, options));
  if (progress.lines > 0) console.log(`going on after line ${progress.lines}`);
  let batch: ImportLine[] = [];
  let offset = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    progress = await imports.execute(progress, batch, origin());
    batch = [];
    bar.update(offset, { ...progress });
  };
  bar.start(size, 0, { ...progress });
  try {
    for await (const line of linesOf(file)) {
      offset = line.offset;
      if (line.line <= progress.lines) continue;
      batch.push(readLine(line, options));
      if (batch.length === BATCH) await flush();
    }
    await flush();
    bar.update(size, { ...progress });
  } finally {
    bar.stop();
  }
  await report(imports, file, progress);
}

/** The failures of the whole file, those of earlier runs included. */
async function report(imports: ImportAccounts, file: string, progress: ImportProgress): Promise<void> {
  console.log(`${progress.imported} imported, ${progress.failed} failed`);
  if (progress.failed === 0) return;
  process.exitCode = 1;
  const failures = await imports.failures(progress.digest);
  const path = `${file}.failures.jsonl`;
  await pipeline(
    Readable.from(failures.map((failure) => `${JSON.stringify(failure)}\n`)),
    createWriteStream(path),
  );
  for (const [code, group] of Map.groupBy(failures, ({ code }) => code)) {
    console.log(`  ${String(group.length).padStart(8)}  ${code}, first on line ${group[0]?.line}`);
  }
  console.log(`each with its line in ${path}`);
}

export const importCommand = new Command('import')
  .description('Import accounts with their password hashes; stopped half-way, it goes on where it was')
  .argument('<file>', 'JSON lines, as docs/guides/administration.md describes them')
  .option('--assume-verified', 'take addresses for verified where a line does not say')
  .action(importFile);
