import type { IdGenerator } from '#domain/kernel';

let count = 0;

/** Shaped like UUIDv7 and ascending, as the real ones are. */
export const newId = (): string => `0190b5c8-0000-7000-8000-${(++count).toString(16).padStart(12, '0')}`;

export class SequentialIds implements IdGenerator {
  readonly next = newId;
}
