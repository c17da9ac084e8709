/** How often something happened to one subject lately: in this window, and in the one before. */
export interface Counter {
  readonly subject: string;
  readonly since: Date;
  readonly count: number;
  readonly before: number;
}

/** One more, at an instant. Late arrivals count in the window there is. */
export function counted(counter: Counter | undefined, subject: string, at: Date, window: number): Counter {
  const past = counter ? at.getTime() - counter.since.getTime() : Infinity;
  if (!counter || past >= 2 * window) return { subject, since: at, count: 1, before: 0 };
  if (past < window) return { ...counter, count: counter.count + 1 };
  return {
    subject,
    since: new Date(counter.since.getTime() + window),
    count: 1,
    before: counter.count,
  };
}

/** About how often in the window that ends at the instant: a share of the one before still lies in it. */
export function rateOf({ since, count, before }: Counter, at: Date, window: number): number {
  const past = Math.max(0, at.getTime() - since.getTime());
  return count + before * Math.max(0, 1 - past / window);
}
