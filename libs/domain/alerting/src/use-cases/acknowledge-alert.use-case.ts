import { DomainError, type Clock, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import type { Alert } from '../model/alert.entity.js';
import type { AlertingTx } from '../ports/alerting-tx.js';

export interface AcknowledgeAlertCommand {
  readonly actorId: string;
  readonly id: string;
  readonly origin: RequestOrigin;
}

/** Somebody has seen it. Who was first stays on record; saying it again changes nothing. */
export class AcknowledgeAlert {
  constructor(
    private readonly unitOfWork: UnitOfWork<AlertingTx>,
    private readonly clock: Clock,
  ) {}

  async execute({ actorId, id, origin }: AcknowledgeAlertCommand): Promise<Alert> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const acknowledgement = await tx.alerts.acknowledge(id, actorId, now);
      if (acknowledgement.outcome === 'not-found') {
        throw DomainError.notFound('alert-not-found', 'There is no such alert');
      }
      const { outcome, alert } = acknowledgement;
      if (outcome === 'acknowledged') {
        tx.audit.append({
          action: 'alert.acknowledged',
          result: 'success',
          occurredAt: now,
          origin,
          actorId,
          metadata: { alertId: alert.state.id, kind: alert.state.kind },
        });
      }
      return alert;
    });
  }
}
