import type { AlertPosted, AlertWebhook } from '#domain/alerting';
import { seconds, type Clock, type Secret } from '#domain/kernel';
import { DeliveryError } from '#domain/notification';
import { alertBody } from './alert-body.js';
import { signedHeaders } from './sign.js';

/** The way out. It bounds time and size and follows no redirect; throws what says why there is no answer. */
export type HttpPost = (request: {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
  /** Whatever a receiver says besides its status, it has taken the alert, or has not. */
  readonly statusOnly: true;
}) => Promise<{ readonly status: number }>;

export interface StandardAlertWebhookOptions {
  /** Secret, because whoever knows the address of a chat's webhook may write there. */
  readonly url: Secret;
  /** `whsec_` and the key in base64. Without one the request is not signed, which is enough for a chat. */
  readonly secret: Secret | undefined;
  readonly post: HttpPost;
}

const TIMEOUT = seconds(10);

export class StandardAlertWebhook implements AlertWebhook {
  constructor(
    private readonly options: StandardAlertWebhookOptions,
    private readonly clock: Clock,
  ) {}

  async post(event: AlertPosted): Promise<void> {
    const { url, secret, post } = this.options;
    const body = alertBody(event);
    const status = await post({
      method: 'POST',
      url: url.expose(),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'gatehouse',
        ...signedHeaders(event.id, this.clock.now(), body, secret),
      },
      body,
      timeout: TIMEOUT,
      statusOnly: true,
    }).then(
      (answer) => answer.status,
      (error: unknown) => {
        throw new DeliveryError('retry', `webhook-${(error as Error).message}`);
      },
    );
    if (status < 200 || status > 299) {
      throw new DeliveryError(isFinal(status) ? 'permanent' : 'retry', `webhook-${status}`);
    }
  }
}

/** The request will never do, but for a limit or a timeout of the receiver's. */
const isFinal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;
