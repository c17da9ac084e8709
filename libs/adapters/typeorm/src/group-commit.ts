import { inSpan, type Span, type Tracing } from '#domain/kernel';
import { databaseUnavailable } from './database-errors.js';

/** Milliseconds: as long as a request waits for a connection. Behind a database that hangs, the queue only grows. */
const MAX_WAIT = 3_000;

interface Waiting<Call, Answer> {
  readonly call: Call;
  readonly since: number;
  readonly caller: Span | null;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984): calls that
 * arrive while a statement is under way go together in the next one. Alone a call waits for nothing; under
 * load a round trip, a transaction and a wake-up on either side are shared by as many as have gathered.
 *
 * For calls that are independent of each other only: those in one statement succeed or fail together.
 */
export class GroupCommit<Call, Answer> {
  #waiting: Waiting<Call, Answer>[] = [];
  #underWay = 0;

  /**
   * `execute` answers in the order of its calls, of which it gets at most `limit` at once, and is called up to
   * `concurrency` times side by side: while the database works on one group, this process prepares another.
   */
  constructor(
    private readonly execute: (calls: readonly Call[]) => Promise<readonly (Answer | Promise<Answer>)[]>,
    private readonly tracing: Tracing | null = null,
    private readonly limit = 100,
    private readonly concurrency = 2,
    private readonly now = () => performance.now(),
  ) {}

  /** Rejects with `database-unavailable` what had to wait too long for its group. */
  join(call: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const caller = this.tracing?.active() ?? null;
      this.#waiting.push({ call, since: this.now(), caller, resolve, reject });
      if (this.#underWay >= this.concurrency) return;
      this.#underWay++;
      // Whatever else this turn of the event loop has to ask comes along.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    for (; this.#waiting.length > 0; this.#refuseLate()) {
      const group = this.#waiting.splice(0, this.limit);
      const calls = group.map(({ call }) => call);
      try {
        const answers = await (this.tracing
          ? traced(this.tracing, group, () => this.execute(calls))
          : this.execute(calls));
        group.forEach(({ resolve }, i) => resolve(answers[i] as Answer));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#underWay--;
  }

  #refuseLate(): void {
    const inTime = this.#waiting.findIndex(({ since }) => this.now() - since <= MAX_WAIT);
    const late = this.#waiting.splice(0, inTime === -1 ? this.#waiting.length : inTime);
    for (const { reject } of late) reject(databaseUnavailable());
  }
}

/**
 * In the name of its callers, and not of whoever came when nothing was under way. What several share can be part of
 * one trace only: that of the first who has one. The others have a span of the same length, linked to it.
 */
async function traced<T>(
  tracing: Tracing,
  group: readonly { readonly caller: Span | null }[],
  execute: () => Promise<T>,
): Promise<T> {
  if (group.length === 1) return tracing.within(group[0]!.caller, execute);
  const attributes = { 'gatehouse.group.size': group.length };
  const spans = group.flatMap(({ caller }) => tracing.start('group commit', { attributes }, caller) ?? []);
  const [first = null, ...others] = spans;
  for (const other of others) {
    first?.link(other);
    if (first) other.link(first);
  }
  const endOthers = (error?: unknown): void => others.forEach((other) => other.end(error));
  try {
    const answers = await inSpan(tracing, first, execute);
    endOthers();
    return answers;
  } catch (error) {
    endOthers(error);
    throw error;
  }
}
