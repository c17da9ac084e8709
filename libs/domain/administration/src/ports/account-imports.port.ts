import type { Identifier } from '#domain/identity';

/** A line that became no account, and why; without anything of what was in it. */
export interface ImportFailure {
  readonly line: number;
  /** Stable, as in `DomainError.code`. */
  readonly code: string;
  readonly message: string;
}

export interface ImportProgress {
  /** SHA-256 of the whole file: another content is another import. */
  readonly digest: string;
  /** Lines that are done, counted from the first. */
  readonly lines: number;
  readonly imported: number;
  readonly failed: number;
}

/**
 * How far files are, inside a unit of work: a line counts as done exactly when its account is stored, however the
 * process ends. Writes are write-behind: they are stored with the commit.
 */
export interface AccountImports {
  find(digest: string): Promise<ImportProgress | null>;
  /** Those of the identifiers that an account holds. */
  held(identifiers: readonly Identifier[]): Promise<readonly Identifier[]>;
  record(progress: ImportProgress, failures: readonly ImportFailure[], now: Date): void;
  /** By line. */
  failures(digest: string): Promise<readonly ImportFailure[]>;
  /** Forgets the files of which nothing was recorded since `before`, failures included; returns how many. */
  forget(before: Date): Promise<number>;
}
