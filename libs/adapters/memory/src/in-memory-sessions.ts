import type { Identifier } from '#domain/identity';
import {
  Session,
  type DeviceState,
  type LiveSession,
  type RevocationReason,
  type Sessions,
} from '#domain/session';
import type { SessionRow, Tables } from './in-memory-database.js';

export class InMemorySessions implements Sessions {
  constructor(private readonly tables: Tables) {}

  async liveByIdentifier({ kind, value }: Identifier, now: Date): Promise<readonly LiveSession[]> {
    const held = this.tables.identifiers.find((row) => row.kind === kind && row.value === value);
    return this.tables.sessions
      .filter((row) => row.userId === held?.userId && isLive(row, now))
      .map(({ id, deviceId, createdAt }) => ({ id, deviceId, createdAt: new Date(createdAt) }));
  }

  insert({ state }: Session): void {
    this.tables.sessions.push({ ...structuredClone(state), rotatedAt: null });
  }

  async isLive(userId: string, sessionId: string, now: Date): Promise<boolean> {
    return this.tables.sessions.some(
      (row) => row.userId === userId && row.id === sessionId && isLive(row, now),
    );
  }

  supersede(userId: string, sessionIds: readonly string[], now: Date): void {
    this.#revoke((row) => row.userId === userId && sessionIds.includes(row.id), 'superseded', now);
  }

  async revoke(
    userId: string,
    sessionIds: readonly string[],
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    return this.#revoke((row) => row.userId === userId && sessionIds.includes(row.id), reason, now);
  }

  async revokeOthers(
    userId: string,
    exceptId: string | null,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    return this.#revoke((row) => row.userId === userId && row.id !== exceptId, reason, now);
  }

  async revokeOnDevice(
    userId: string,
    deviceId: string,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    return this.#revoke((row) => row.userId === userId && row.deviceId === deviceId, reason, now);
  }

  revokeAll(userId: string, reason: RevocationReason, now: Date): void {
    this.#revoke((row) => row.userId === userId, reason, now);
  }

  #revoke(chosen: (row: SessionRow) => boolean, reason: RevocationReason, now: Date): readonly string[] {
    const ended = this.tables.sessions.filter((row) => chosen(row) && isLive(row, now));
    for (const row of ended) Object.assign(row, { revokedAt: new Date(now), revocationReason: reason });
    return ended.map(({ id }) => id);
  }
}

export const isLive = ({ revokedAt, expiresAt }: SessionRow, now: Date): boolean =>
  revokedAt === null && expiresAt > now;

/** With how its device stands, where it is to be found among `devices`. */
export function toSession(
  { rotatedAt: _, ...state }: SessionRow,
  devices: readonly DeviceState[] = [],
): Session {
  const device = devices.find(({ userId, id }) => userId === state.userId && id === state.deviceId);
  return Session.restore(
    structuredClone(state),
    device ? { firstSeenAt: new Date(device.firstSeenAt), trusted: device.trustedAt !== null } : null,
  );
}
