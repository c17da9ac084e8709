import pg from 'pg';
import { CreateFirstAdministrator } from '#domain/access';
import { Client, newEmail, type SignedIn } from './client.js';
import type { Gatehouse } from './gatehouse.js';

/** The first administrator, made as `gatehouse admin create` makes one, and signed in. */
export async function signInAdministrator(gatehouse: Gatehouse): Promise<SignedIn> {
  const identifier = newEmail();
  const origin = { address: '127.0.0.1', userAgent: 'test', requestId: 'administrator' };
  await gatehouse.app.get(CreateFirstAdministrator, { strict: false }).execute({ identifier, origin });
  return new Client(gatehouse).signIn(identifier);
}

export interface AuditRow {
  readonly action: string;
  readonly result: string;
  readonly actor_id: string | null;
  readonly user_id: string | null;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

/** What is on record of these actions, oldest first. */
export async function audited(gatehouse: Gatehouse, ...actions: readonly string[]): Promise<AuditRow[]> {
  const client = new pg.Client(gatehouse.databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<AuditRow>(
      `SELECT action, result, actor_id, user_id, reason, metadata FROM gatehouse.audit_events
       WHERE action = ANY($1) ORDER BY occurred_at, id`,
      [actions],
    );
    return rows;
  } finally {
    await client.end();
  }
}
