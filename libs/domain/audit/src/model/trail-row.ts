/**
 * A stored row of the trail, each value in the one exact text that the store has for it: microseconds, netmasks
 * and long numbers, which a program would round or reorder on reading, are part of what was recorded.
 */
export interface TrailRow {
  /** Given on insertion, ascending, never twice; a number missing between two rows means nothing. */
  readonly position: number;
  readonly id: string;
  /** ISO 8601 in UTC, without a zone. */
  readonly occurredAt: string;
  readonly action: string;
  readonly result: string;
  readonly actorId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  readonly reason: string | null;
  readonly metadata: string | null;
  readonly traceId: string | null;
}

/** The order is part of the format: another one needs another seal version. */
const FIELDS = [
  'position',
  'id',
  'occurredAt',
  'action',
  'result',
  'actorId',
  'userId',
  'sessionId',
  'address',
  'userAgent',
  'requestId',
  'reason',
  'metadata',
] as const satisfies readonly (keyof TrailRow)[];

/**
 * One text for one row: JSON keeps null, the empty text and the border between two values apart. A trace id comes at
 * the end, and only where there is one, so that a row from before there were any reads as it was sealed.
 */
export const canonicalRow = (row: TrailRow): string =>
  JSON.stringify([...FIELDS.map((field) => row[field]), ...(row.traceId === null ? [] : [row.traceId])]);
