import type { Client, OutboxMessage } from './client.js';
import { until } from './client.js';

/** Long and unlike anything in a list; the policy's own tests say what else would do. */
export const PASSWORD = 'granite otter waltz 41';
export const OTHER_PASSWORD = 'velvet turbine oyster 73';

/** The token of the link in a letter. */
export function tokenIn({ text }: Pick<OutboxMessage, 'text'>): string {
  const [, token] = /\/([\w-]{64})$/m.exec(text) ?? [];
  if (!token) throw new Error('No link in this letter');
  return token;
}

/** Registers with a password and reads the link where it was sent. */
export async function register(client: Client, email: string, fields: object = {}): Promise<string> {
  const earlier = new Set((await client.outbox(email)).map(({ id }) => id));
  await client.post('auth/register', { email, password: PASSWORD, ...fields }).expect(201);
  return tokenIn(await newLetter(client, email, 'verify-email', earlier));
}

/** Asks for a new password and reads the link where it was sent. */
export async function forgetPassword(client: Client, email: string): Promise<string> {
  const earlier = new Set((await client.outbox(email)).map(({ id }) => id));
  await client.post('auth/password/forgot', { identifier: email }).expect(202);
  return tokenIn(await newLetter(client, email, 'reset-password', earlier));
}

/** An account that is active, with a password. */
export async function anAccount(client: Client, email: string, fields: object = {}): Promise<void> {
  await client.post('auth/verify-email', { token: await register(client, email, fields) }).expect(200);
}

export const newLetter = (
  client: Client,
  to: string,
  template: string,
  earlier: ReadonlySet<string>,
): Promise<OutboxMessage> =>
  until(
    async () =>
      (await client.outbox(to)).find((message) => message.template === template && !earlier.has(message.id)),
    `${template} for ${to}`,
  );
