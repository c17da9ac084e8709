import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_RISK_WEIGHTS } from '#domain/risk';
import { asSuperuser } from '../support/postgres.js';
import { Client, newEmail } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

const NETHERLANDS = '193.0.6.139';
const UNITED_STATES = '8.8.8.8';
const LISTED = '185.220.101.7';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36';

describe('the risk of a sign-in', () => {
  let directory: string;
  let gatehouse: Gatehouse;
  let client: Client;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatehouse-risk-'));
    const list = join(directory, 'exits.txt');
    await writeFile(list, '# exits\n185.220.101.0/24\n');
    const env = { TRUSTED_PROXIES: '1', ADDRESS_REPUTATION_FILES: list, RISK_WEIGHTS: 'listed-address=50' };
    gatehouse = await startGatehouse({ env });
    client = new Client(gatehouse);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await rm(directory, { recursive: true });
  });

  /** Signs in, and gives what the audit trail says about it. */
  async function riskOf(email: string, address: string, userAgent = FIREFOX): Promise<unknown> {
    const challenge = await client.requestCode(email);
    const { body } = await client
      .verify(challenge)
      .set({ 'x-forwarded-for': address, 'user-agent': userAgent })
      .expect(200);
    let metadata: unknown;
    await asSuperuser(async (superuser) => {
      const { rows } = await superuser.query<{ metadata: unknown }>(
        `SELECT metadata FROM gatehouse.audit_events WHERE action = 'session.opened' AND session_id = $1`,
        [body.session.id],
      );
      metadata = rows[0]?.metadata;
    }, gatehouse.databaseUrl);
    return metadata;
  }

  it('is none at first, and none again from the same place and device', async () => {
    const email = newEmail();
    for (const _ of [1, 2]) {
      expect(await riskOf(email, NETHERLANDS)).toMatchObject({ risk: 0, riskReasons: [], country: 'NL' });
    }
  });

  it('knows a new device in a country that could not be reached in time', async () => {
    const email = newEmail();
    await riskOf(email, NETHERLANDS);
    const {
      'new-device': device,
      'new-country': country,
      'impossible-travel': travel,
    } = DEFAULT_RISK_WEIGHTS;
    expect(await riskOf(email, UNITED_STATES, CHROME)).toMatchObject({
      risk: Math.round(100 - ((100 - device) * (100 - country) * (100 - travel)) / 10_000),
      riskReasons: ['new-device', 'new-country', 'impossible-travel'],
      country: 'US',
    });
    gatehouse.clock.advance(86_400_000);
    expect(await riskOf(email, NETHERLANDS)).toMatchObject({ riskReasons: [] });
  });

  it('knows an address from a list, even at first, by the weight that is configured', async () => {
    expect(await riskOf(newEmail(), LISTED)).toMatchObject({ risk: 50, riskReasons: ['listed-address'] });
  });

  it('places nobody who comes from no public address', async () => {
    expect(await riskOf(newEmail(), '10.1.2.3')).not.toHaveProperty('country');
  });
});
