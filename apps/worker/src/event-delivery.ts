import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { OutboxRelay } from '#adapters/typeorm';
import type { PostAlert, PostResult } from '#domain/alerting';
import type { DomainEvent } from '#domain/kernel';
import { DeliveryError, type DeliveryReport, type NotifyOnEvent } from '#domain/notification';
import { LogFields, summariseError } from '../../api/src/logging/index.js';

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
        const reason = error instanceof DeliveryError ? error.reason : summariseError(error).message;
        this.#logger.warn(new LogFields(`${event.type} will be tried again`, { eventId: event.id, reason }));
        throw error;
      }
    });
  }

  #note({ messageId, channel, template, outcome, reason }: DeliveryReport): void {
    const level = outcome === 'uncertain' || outcome === 'rejected' ? 'warn' : 'debug';
    const fields = { messageId, ...(reason !== null && { reason }) };
    this.#logger[level](new LogFields(`${template} by ${channel}: ${outcome}`, fields));
  }

  #notePost({ id: eventId }: DomainEvent, result: PostResult): void {
    if (result === 'ignored' || result.outcome === 'sent') return;
    const fields = { eventId, ...(result.reason !== null && { reason: result.reason }) };
    this.#logger.warn(new LogFields(`alert by webhook: ${result.outcome}`, fields));
  }
}
