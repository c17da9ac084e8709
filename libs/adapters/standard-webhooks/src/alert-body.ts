import type { AlertNotice, AlertPosted } from '#domain/alerting';

/**
 * What is posted, and documented in docs/guides/alerts.md. `text` is what Slack and Mattermost show; `event` is not
 * called `type`, as the specification proposes, because Mattermost takes a `type` for one of its own kinds of posts.
 */
export const alertBody = ({ occurredAt, payload: { phase, ...data } }: AlertPosted): string =>
  JSON.stringify({
    event: `alert.${phase}`,
    timestamp: occurredAt.toISOString(),
    text: textOf({ phase, ...data }),
    data,
  });

/** One line of nothing but ids, numbers and names of ours, so that there is nothing to escape. */
function textOf({ phase, id, kind, severity, count, accounts, addresses, openedAt }: AlertNotice): string {
  const numbers = [
    plural(count, 'event', 'events'),
    plural(accounts.distinct, 'account', 'accounts'),
    plural(addresses.distinct, 'address', 'addresses'),
  ];
  return `${kind} ${phase} (${severity}): ${numbers.join(', ')} since ${openedAt}, alert ${id}`;
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
