import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { OutboxRelay } from '#adapters/typeorm';
import type { PostAlert, PostResult } from '#domain/alerting';
import type { DomainEvent } from '#domain/kernel';
import type { DeliveryReport, NotifyOnEvent } from '#domain/notification';

/** Hands each event of the outbox to whoever is to be told of it. */
export class EventDelivery implements OnApplicationBootstrap {
  readonly #logger = new Logger('EventDelivery');

  constructor(
    private readonly relay: OutboxRelay,
    private readonly notify: NotifyOnEvent,
    private readonly postAlert: PostAlert,
  ) {}

  onApplicationBootstrap(): void {
    this.relay.start(async (event) => {
      try {
        const result = await this.notify.execute(event);
        if (typeof result === 'object') result.forEach((report) => this.#note(report));
        if (result === 'ignored') this.#notePost(event, await this.postAlert.execute(event));
      } catch (error) {
        this.#logger.warn(`${event.type} ${event.id} will be tried again: ${String(error)}`);
        throw error;
      }
    });
  }

  #note({ messageId, channel, template, outcome, reason }: DeliveryReport): void {
    const line = `${messageId} (${template} by ${channel}): ${outcome}${reason ? `, ${reason}` : ''}`;
    if (outcome === 'uncertain' || outcome === 'rejected') this.#logger.warn(line);
    else this.#logger.debug(line);
  }

  #notePost({ id }: DomainEvent, result: PostResult): void {
    if (result === 'ignored' || result.outcome === 'sent') return;
    this.#logger.warn(`${id} (alert by webhook): ${result.outcome}, ${result.reason}`);
  }
}
