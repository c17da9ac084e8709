import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DASHBOARDS, SEARCHES, setUpKibana, toSavedObjects, type SavedObject } from '#adapters/elasticsearch';
import { Secret } from '#domain/kernel';
import { KibanaPeer } from '../../support/kibana-peer.js';

const CREDENTIALS = 'operator:p%40ss%3Aword';
const objects = toSavedObjects(DASHBOARDS, SEARCHES);

describe('Setting up Kibana', () => {
  let kibana: KibanaPeer;
  beforeEach(async () => {
    kibana = await KibanaPeer.start('operator', 'p@ss:word');
  });
  afterEach(() => kibana.stop());

  const withCredentials = (url: string, credentials = CREDENTIALS) =>
    new Secret(url.replace('//', `//${credentials}@`));
  const elasticsearch = { url: new Secret('http://127.0.0.1:9200') };
  const setUp = async (installed: readonly SavedObject[] = objects, url = withCredentials(kibana.url)) =>
    (await setUpKibana({ url, elasticsearch }, installed)).outcome;
  const problem = (url?: Secret): Promise<string> =>
    setUp(objects, url).then(
      () => 'none',
      ({ message }: Error) => message,
    );

  it('puts everything there once, and then changes nothing', async () => {
    expect(await setUp()).toBe('created');
    expect([...kibana.stored.values()]).toEqual(objects);
    expect(await setUp()).toBe('unchanged');
    expect(kibana.requests.filter((request) => request.includes('_import'))).toHaveLength(1);
  });

  it('brings an older revision up to date, and puts back what somebody deleted', async () => {
    const [first, ...rest] = DASHBOARDS;
    await setUp(toSavedObjects([{ ...first!, title: 'As it was' }, ...rest], SEARCHES));
    expect(await setUp()).toBe('updated');
    expect([...kibana.stored.values()]).toEqual(objects);

    kibana.stored.delete(`dashboard:${first!.id}`);
    expect(await setUp()).toBe('created');
    expect(kibana.stored.size).toBe(objects.length);
  });

  it("uses Elasticsearch's credentials where the address brings none", async () => {
    const options = {
      url: new Secret(kibana.url),
      elasticsearch: { url: withCredentials('http://127.0.0.1:9200') },
    };
    expect(await setUpKibana(options)).toEqual({ name: 'Kibana dashboards', outcome: 'created' });
    const apiKey = new Secret('a2V5');
    await expect(setUpKibana({ ...options, elasticsearch: { ...elasticsearch, apiKey } })).rejects.toThrow(
      /401/,
    );
    expect(kibana.authorizations.at(-1)).toBe('ApiKey a2V5');
  });

  it('asks in the space that the address names', async () => {
    const message = await problem(withCredentials(`${kibana.url}/s/nowhere/`));
    expect(kibana.requests).toEqual(['POST /s/nowhere/api/saved_objects/_export']);
    expect(message).toContain('the space in KIBANA_URL does not exist');
  });

  it.each([
    [200, '<html>Sign in', /not what Kibana answers: <html>Sign in/],
    [200, '', /not what Kibana answers: $/],
    [200, 'null', /not what Kibana answers: null/],
    [400, '<html>Bad request', /not what Kibana answers: <html>Bad/],
    [302, '', /302, so it is elsewhere, or behind a sign-in page/],
  ])('says of something in its place (%i %s) that this is not Kibana', async (status, body, reason) => {
    kibana.script(status, body);
    if (status === 200 && body === '') kibana.script(status, body);
    expect(await problem()).toMatch(reason);
  });

  it('says what is wrong, and never a password', async () => {
    expect(await problem(withCredentials(kibana.url, 'operator:wrong'))).toMatch(
      /401, it does not know these credentials/,
    );
    kibana.script(503, 'Kibana server is not ready yet');
    expect(await problem()).toMatch(/503, it is not ready yet; try again in a minute/);

    const unreadable = [{ type: 'tag', id: 'gatehouse', error: { statusCode: 403, error: 'Forbidden' } }];
    kibana.script(400, { message: 'Error fetching objects to export', attributes: { objects: unreadable } });
    expect(await problem()).toContain('Forbidden');

    const reference = { type: 'index-pattern', id: 'elsewhere', name: 'nowhere' };
    await expect(setUp(objects.map((object) => ({ ...object, references: [reference] })))).rejects.toThrow(
      /dashboard gatehouse-auth-attempts: missing_references/,
    );

    const { url } = kibana;
    await kibana.stop();
    const unreachable = await problem(withCredentials(url));
    expect(unreachable).toContain(`Kibana cannot be reached at ${url}/api/saved_objects: `);
    expect(unreachable).not.toMatch(/p%40ss|fetch failed/);
    kibana = await KibanaPeer.start('operator', 'p@ss:word');
  });
});
