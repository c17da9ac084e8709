import type { DevOutbox, DevOutboxMessage, DevOutboxQuery } from '#domain/notification';

export class InMemoryDevOutbox implements DevOutbox {
  readonly #messages = new Map<string, DevOutboxMessage>();

  async keep(message: DevOutboxMessage): Promise<void> {
    if (!this.#messages.has(message.id)) this.#messages.set(message.id, structuredClone(message));
  }

  async list({ to, limit }: DevOutboxQuery): Promise<readonly DevOutboxMessage[]> {
    return [...this.#messages.values()]
      .filter((message) => to === undefined || message.to === to)
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map((message) => structuredClone(message));
  }
}
