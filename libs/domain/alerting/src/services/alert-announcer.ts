import type { IdGenerator } from '#domain/kernel';
import type { AlertingPolicy } from '../model/alerting-policy.js';
import type { Alert } from '../model/alert.entity.js';
import { alertMailed, alertPosted, noticeOf } from '../model/alert-events.js';
import { isAtLeast } from '../model/alert-kind.js';
import type { AlertingTx } from '../ports/alerting-tx.js';

/** Tells operators what is new about an alert; each way of telling is tried, and fails, by itself. */
export class AlertAnnouncer {
  constructor(
    private readonly ids: IdGenerator,
    private readonly policy: AlertingPolicy,
  ) {}

  /** Returns the alert, which now knows what was told of it. */
  announce(tx: AlertingTx, alert: Alert, now: Date): Alert {
    const { from, emails, webhook } = this.policy.operators;
    const { news } = alert;
    if (news === null || !isAtLeast(alert.state.severity, from)) return alert;
    const notice = noticeOf(alert, news);
    if (emails.length > 0) tx.outbox.append(alertMailed(this.ids.next(), emails, notice, now));
    if (webhook) tx.outbox.append(alertPosted(this.ids.next(), notice, now));
    return alert.announced;
  }
}
