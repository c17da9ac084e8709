import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ElasticsearchPeer } from '../support/elasticsearch-peer.js';
import { asSuperuser } from '../support/postgres.js';
import { Client, newEmail, otherThan, until } from './support/client.js';
import { gatehouseCommand } from './support/command.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

interface AuthLog extends Readonly<Record<string, unknown>> {
  readonly action: string;
  readonly userId?: string;
}

describe('Auth logs in Elasticsearch', () => {
  let peer: ElasticsearchPeer;
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    peer = await ElasticsearchPeer.start({ minimal: true });
    gatehouse = await startGatehouse({ env: { ELASTICSEARCH_URL: peer.url, METRICS_TOKEN: 't'.repeat(32) } });
    client = new Client(gatehouse);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await peer.stop();
  });

  const about = (userId: string): readonly AuthLog[] =>
    (peer.documents as readonly AuthLog[]).filter((log) => log.userId === userId);
  const command = async (...args: string[]) => {
    const env = { DATABASE_URL: gatehouse.databaseUrl, ELASTICSEARCH_URL: peer.url };
    return gatehouseCommand(['elasticsearch', ...args], env).ended;
  };

  it('tell of a sign-in within seconds, and hold nothing that opens anything', async () => {
    const email = newEmail();
    const challenge = await client.requestCode(email);
    const wrong = otherThan(challenge.code);
    await client.verify({ ...challenge, code: wrong }).expect(401);
    const { body } = await client.verify(challenge).set('user-agent', 'Walk/1').expect(200);
    const { user, session, accessToken, refreshToken, deviceToken } = body;
    const opened = await until(
      async () => about(user.id).find(({ action }) => action === 'session.opened'),
      'the document of the sign-in',
    );
    expect(opened).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'info',
      status: 'success',
      userId: user.id,
      sessionId: session.id,
      ip: '127.0.0.1',
      userAgent: 'Walk/1',
      metadata: { method: 'otp' },
      event: { action: 'session.opened', category: ['authentication', 'session'], outcome: 'success' },
      user: { id: user.id },
    });
    const actions = (peer.documents as readonly AuthLog[]).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['otp.requested', 'otp.rejected', 'otp.verified']));

    const text = JSON.stringify(peer.documents);
    const secrets = { email, wrong, ...challenge, accessToken, refreshToken, deviceToken };
    for (const [what, secret] of Object.entries(secrets)) {
      // Six digits are also part of many a UUID.
      expect([what, new RegExp(`(?<![\\w-])${secret}(?![\\w-])`).test(text)]).toEqual([what, false]);
    }
    expect(text).not.toContain(email.split('@')[0]);
  });

  it('may stall for as long as they like: nobody who signs in waits for them', async () => {
    peer.always = 'hang';
    const before = peer.documents.length;
    for (let i = 0; i < 3; i++) await client.signIn(newEmail());
    expect(peer.documents).toHaveLength(before);
    peer.always = null;
  });

  it('are measured', async () => {
    const metrics = async () =>
      (
        await gatehouse
          .request()
          .get('/metrics')
          .set('authorization', `Bearer ${'t'.repeat(32)}`)
      ).text;
    expect(await metrics()).toMatch(/^gatehouse_elasticsearch_documents_total\{result="shipped"\} [1-9]/m);
    await until(async () => /^gatehouse_elasticsearch_lag_seconds \d/m.test(await metrics()), 'a reading');
  });

  it('are set up by a command, once, and what was rejected is shipped again', async () => {
    const again = await command('setup');
    expect(again).toEqual({ code: 0, said: expect.stringMatching(/^index template +unchanged$/m) });
    expect(again.said).toMatch(/^lifecycle policy +left out: /m);
    expect(await command('retry')).toEqual({ code: 0, said: expect.stringMatching(/^0 shipped/m) });
  });

  it('are listed with nothing that a terminal obeys, and fail with a sentence', async () => {
    await asSuperuser(
      (database) =>
        database.query(
          `INSERT INTO gatehouse.dead_letters (id, position, type, reason, rejected_at)
           SELECT id, position, 'some_exception', E'of \\u001b[2J\\nuser agent', now()
           FROM gatehouse.audit_events ORDER BY position LIMIT 1`,
        ),
      gatehouse.databaseUrl,
    );
    const { said } = await command('dead-letters');
    expect(said).toMatch(/^1 rows[^]+ some_exception {2}of {2}\[2J user agent$/m);

    peer.always = { status: 401 };
    const refused = await command('retry');
    peer.always = null;
    expect(refused).toEqual({ code: 1, said: expect.stringMatching(/^Error: 401 /m) });
    expect(refused.said).not.toMatch(/^ +at /m);
  });
});
