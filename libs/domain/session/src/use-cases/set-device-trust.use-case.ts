import type { AuditEvent, AuditTrail } from '#domain/audit';
import { DomainError, type Clock, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import { deviceNotFound } from '../model/device.entity.js';
import type { Session } from '../model/session.entity.js';
import type { Devices } from '../ports/devices.port.js';
import type { AssessTrust } from '../services/assess-trust.js';

export interface SetDeviceTrustCommand {
  /** The caller's own. */
  readonly session: Session;
  readonly deviceId: string;
  readonly trusted: boolean;
  readonly origin: RequestOrigin;
}

/**
 * Trusts a device of the caller, or no longer. Trust is not given out of a session that has little of it: a thief who
 * took the session elsewhere, or whose sign-in looked like one, does not make their own device a trusted one. Taking
 * it back is always allowed.
 */
export class SetDeviceTrust {
  constructor(
    private readonly unitOfWork: UnitOfWork<{ readonly devices: Devices; readonly audit: AuditTrail }>,
    private readonly assessTrust: AssessTrust,
    private readonly clock: Clock,
  ) {}

  /** Does nothing when it is so already. Throws `trust-too-low` or `device-not-found`. */
  async execute({ session, deviceId, trusted, origin }: SetDeviceTrustCommand): Promise<void> {
    const { userId, id: sessionId } = session;
    const now = this.clock.now();
    const event: Omit<AuditEvent, 'result'> = {
      action: trusted ? 'device.trusted' : 'device.distrusted',
      occurredAt: now,
      origin,
      actorId: userId,
      userId,
      sessionId,
      metadata: { deviceId },
    };
    if (trusted && this.assessTrust.execute(session, origin.address).level === 'low') {
      const error = trustTooLow();
      await this.unitOfWork.run(async ({ audit }) =>
        audit.append({ ...event, result: 'failure', reason: error.code }),
      );
      throw error;
    }
    await this.unitOfWork.run(async ({ devices, audit }) => {
      const outcome = await devices.setTrust(userId, deviceId, trusted ? now : null);
      if (outcome === 'unknown') throw deviceNotFound();
      if (outcome === 'changed') audit.append({ ...event, result: 'success' });
    });
  }
}

const trustTooLow = (): DomainError =>
  DomainError.forbidden(
    'trust-too-low',
    'This session is not trusted enough to trust a device; sign in again',
  );
