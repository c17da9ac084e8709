import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { OutboxRelay } from '#adapters/typeorm';
import type { NotifyOnEvent } from '#domain/notification';

/** Hands each event of the outbox to whoever is to be told of it. */
export class EventDelivery implements OnApplicationBootstrap {
  readonly #logger = new Logger('EventDelivery');

  constructor(
    private readonly relay: OutboxRelay,
    private readonly notify: NotifyOnEvent,
  ) {}

  onApplicationBootstrap(): void {
    this.relay.start(async (event) => {
      try {
        await this.notify.execute(event);
      } catch (error) {
        this.#logger.warn(`${event.type} ${event.id} will be tried again: ${String(error)}`);
        throw error;
      }
    });
  }
}
