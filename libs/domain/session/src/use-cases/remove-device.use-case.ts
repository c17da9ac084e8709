import type { Clock, RequestOrigin, UnitOfWork } from '#domain/kernel';
import { deviceNotFound } from '../model/device.entity.js';
import type { SessionEvents } from '../ports/session-events.port.js';
import type { SignInTx } from '../ports/session-tx.js';
import { auditRevocations } from '../services/audit-revocations.js';

export interface RemoveDeviceCommand {
  readonly userId: string;
  readonly deviceId: string;
  readonly origin: RequestOrigin;
}

/** Forgets a device of the caller and ends its sessions, the caller's own too. Its token is worth nothing from then on. */
export class RemoveDevice {
  constructor(
    private readonly unitOfWork: UnitOfWork<SignInTx>,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /** Throws `device-not-found`, as much for somebody else's. Of parallel calls one succeeds. */
  async execute({ userId, deviceId, origin }: RemoveDeviceCommand): Promise<void> {
    const ended = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      // The account's lock first: a sign-in on this device is over before, or finds it gone.
      const [, removed, revoked] = await Promise.all([
        tx.accounts.lockById(userId),
        tx.devices.remove(userId, deviceId),
        tx.sessions.revokeOnDevice(userId, deviceId, 'device-removed', now),
      ]);
      if (!removed) throw deviceNotFound();
      tx.audit.append({
        action: 'device.removed',
        result: 'success',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
        metadata: { deviceId },
      });
      auditRevocations(tx.audit, { userId, sessionIds: revoked, reason: 'device-removed', origin, now });
      return revoked;
    });
    if (ended.length > 0) this.events.publish({ userId, sessionIds: ended });
  }
}
