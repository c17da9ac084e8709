import type { DeliveryError, Message, MessageSender } from '#domain/notification';

type Step = 'taken' | DeliveryError | Error | (() => void | Promise<void>);

/**
 * A transport that plays a script, one step per attempt and `taken` ever after. A step that is a function
 * runs while the attempt is under way.
 */
export class ScriptedSender implements MessageSender {
  readonly name = 'scripted';
  /** Every attempt, whether or not it succeeded. */
  readonly attempts: Message[] = [];
  readonly taken: Message[] = [];

  constructor(
    private readonly script: Step[] = [],
    readonly idempotent = false,
  ) {}

  async send(message: Message): Promise<void> {
    this.attempts.push(message);
    const step = this.script.shift() ?? 'taken';
    if (step instanceof Error) throw step;
    if (typeof step === 'function') await step();
    this.taken.push(message);
  }
}
