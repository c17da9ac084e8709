import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ElasticsearchPeer } from '../support/elasticsearch-peer.js';
import { KibanaPeer } from '../support/kibana-peer.js';
import { gatehouseCommand } from './support/command.js';

describe('gatehouse elasticsearch setup, with KIBANA_URL', () => {
  let elasticsearch: ElasticsearchPeer;
  let kibana: KibanaPeer;
  beforeAll(async () => {
    elasticsearch = await ElasticsearchPeer.start();
    kibana = await KibanaPeer.start('operator', 'password');
  });
  afterAll(() => Promise.all([elasticsearch.stop(), kibana.stop()]));

  const setUp = (credentials: string) =>
    gatehouseCommand(['elasticsearch', 'setup'], {
      ELASTICSEARCH_URL: elasticsearch.url,
      KIBANA_URL: kibana.url.replace('//', `//${credentials}@`),
    }).ended;

  it('installs the dashboards', async () => {
    const { code, said } = await setUp('operator:password');
    expect(said).toMatch(/^Kibana dashboards +created$/m);
    expect(code).toBe(0);
    expect(kibana.stored.has('dashboard:gatehouse-user-activity')).toBe(true);
  });

  it('fails with a sentence when Kibana refuses', async () => {
    const { code, said } = await setUp('operator:secret');
    expect(said).toMatch(/Kibana answered 401, it does not know these credentials/);
    expect(said).not.toContain('secret');
    expect(code).toBe(1);
  });
});
