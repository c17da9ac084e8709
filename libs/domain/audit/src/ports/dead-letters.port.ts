import { token } from '#domain/kernel';

/** A row that an index will never take as it is. The row itself stays in the trail, under its position. */
export interface DeadLetter {
  /** Of the row. */
  readonly id: string;
  readonly position: number;
  /** The index's own name for what is wrong, such as `document_parsing_exception`. */
  readonly type: string;
  readonly reason: string;
  readonly rejectedAt: Date;
}

/** Bound to a unit of work: a row is set aside in the same step that passes over it. */
export interface DeadLetterIntake {
  /** Write-behind. One that is there already gets the newer reason. */
  add(letters: readonly DeadLetter[]): void;
}

export interface DeadLetters {
  /** By position, those after one. */
  list(after: number, limit: number): Promise<readonly DeadLetter[]>;
  count(): Promise<number>;
  /** Gives those that were rejected again the newer reason. */
  update(letters: readonly DeadLetter[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

export const DEAD_LETTERS = token<DeadLetters>('DeadLetters');
