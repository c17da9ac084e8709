import type { AccountImports, ImportFailure, ImportProgress } from '#domain/administration';
import type { Identifier } from '#domain/identity';
import type { Tables } from './in-memory-database.js';

export class InMemoryAccountImports implements AccountImports {
  constructor(private readonly tables: Tables) {}

  async find(digest: string): Promise<ImportProgress | null> {
    return this.#row(digest)?.progress ?? null;
  }

  async held(identifiers: readonly Identifier[]): Promise<readonly Identifier[]> {
    return identifiers.filter((identifier) =>
      this.tables.identifiers.some((row) => row.kind === identifier.kind && row.value === identifier.value),
    );
  }

  record(progress: ImportProgress, failures: readonly ImportFailure[], now: Date): void {
    const before = this.#row(progress.digest);
    this.tables.imports = [
      ...this.tables.imports.filter((row) => row !== before),
      structuredClone({ progress, failures: [...(before?.failures ?? []), ...failures], updatedAt: now }),
    ];
  }

  async failures(digest: string): Promise<readonly ImportFailure[]> {
    return [...(this.#row(digest)?.failures ?? [])].sort((a, b) => a.line - b.line);
  }

  async forget(before: Date): Promise<number> {
    const kept = this.tables.imports.filter(({ updatedAt }) => updatedAt >= before);
    const forgotten = this.tables.imports.length - kept.length;
    this.tables.imports = kept;
    return forgotten;
  }

  #row(digest: string) {
    return this.tables.imports.find(({ progress }) => progress.digest === digest);
  }
}
