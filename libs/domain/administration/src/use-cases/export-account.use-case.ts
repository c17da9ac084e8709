import type { AuditEvent, AuditLog, AuditPlace, AuditRecord, AuditTrail } from '#domain/audit';
import { existing, type AccountDirectory, type User } from '#domain/identity';
import type { Clock, RequestOrigin, UnitOfWork } from '#domain/kernel';
import type { DeviceStore, ListedDevice, Session, SessionStore } from '#domain/session';

const PAGE = 500;
/** Newest first; what is older is in the hands of whoever runs the service. */
const MAX_ACTIVITY = 10_000;

/** An audit row, as far as it is about the owner of the account. */
export type OwnActivity = Pick<AuditEvent, 'action' | 'result' | 'occurredAt' | 'reason' | 'metadata'> & {
  /** Unknown for a failed attempt, which proves nothing about who made it. */
  readonly by: 'owner' | 'somebody-else' | 'unknown';
  /** Absent where somebody else acted: their address is data of theirs. */
  readonly address?: string;
  readonly userAgent?: string;
};

export interface AccountExport {
  readonly user: User;
  readonly sessions: readonly Session[];
  readonly devices: readonly ListedDevice[];
  /** Read as it is consumed, a page at a time. */
  readonly activity: AsyncIterable<OwnActivity>;
}

/** All that is held about a person, for that person (GDPR, article 15 and 20). No secret is in it. */
export class ExportAccount {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly sessions: SessionStore,
    private readonly devices: DeviceStore,
    private readonly log: AuditLog,
    private readonly unitOfWork: UnitOfWork<{ readonly audit: AuditTrail }>,
    private readonly clock: Clock,
  ) {}

  /** Throws `account-not-found` when the account was deleted while its token still lived. */
  async execute(userId: string, origin: RequestOrigin): Promise<AccountExport> {
    const now = this.clock.now();
    const user = existing(await this.directory.findById(userId));
    const [sessions, devices] = await Promise.all([
      this.sessions.listLive(userId, now),
      this.devices.list(userId, now),
    ]);
    await this.unitOfWork.run(async ({ audit }) => {
      const event = { occurredAt: now, origin, actorId: userId, userId };
      audit.append({ ...event, action: 'user.exported', result: 'success' });
    });
    return { user, sessions, devices, activity: this.#activity(userId) };
  }

  async *#activity(userId: string): AsyncGenerator<OwnActivity> {
    const filter = {
      actorId: null,
      action: null,
      result: null,
      address: null,
      requestId: null,
      traceId: null,
      from: null,
      to: null,
      metadata: null,
    };
    let after: AuditPlace | null = null;
    for (let read = 0; read < MAX_ACTIVITY; read += PAGE) {
      const { records, next } = await this.log.search({ ...filter, userId, after, limit: PAGE });
      for (const record of records) yield toActivity(record, userId);
      if (!next) return;
      after = next;
    }
  }
}

function toActivity({ origin, actorId, ...record }: AuditRecord, userId: string): OwnActivity {
  const { action, result, occurredAt, reason, metadata } = record;
  return {
    action,
    result,
    occurredAt,
    ...(reason !== undefined && { reason }),
    ...(metadata && { metadata }),
    ...(actorId !== undefined && actorId !== userId
      ? { by: 'somebody-else' }
      : {
          by: actorId === undefined ? 'unknown' : 'owner',
          address: origin.address,
          userAgent: origin.userAgent,
        }),
  };
}
