import pg from 'pg';
import { newEmail, type Client, type SignedIn } from './client.js';
import type { Gatehouse } from './gatehouse.js';

export const PASSWORD = 'violet walrus paints 9 maps';

export interface PasswordOwner extends SignedIn {
  readonly identifier: string;
}

/** Somebody new who has chosen a password. */
export async function withPassword(
  client: Client,
  password = PASSWORD,
  identifier = newEmail(),
): Promise<PasswordOwner> {
  const signedIn = await client.signIn(identifier);
  await client.post('users/password/change', { newPassword: password }, signedIn.accessToken).expect(204);
  return { ...signedIn, identifier };
}

/** What the record holds, asked for by a reader of its own. */
export async function select<Row extends object>(
  { databaseUrl }: Gatehouse,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const reader = new pg.Client(databaseUrl);
  await reader.connect();
  try {
    return (await reader.query<Row>(text, [...values])).rows;
  } finally {
    await reader.end();
  }
}

/** What the security record says of one account, oldest first. */
export const auditOf = async (gatehouse: Gatehouse, userId: string): Promise<readonly string[]> =>
  (
    await select<{ action: string }>(
      gatehouse,
      'SELECT action FROM gatehouse.audit_events WHERE user_id = $1 ORDER BY id',
      [userId],
    )
  ).map(({ action }) => action);
