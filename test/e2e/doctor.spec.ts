import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ElasticsearchPeer } from '../support/elasticsearch-peer.js';
import { OtlpPeer } from '../support/otlp-peer.js';
import { gatehouseCommand } from './support/command.js';

describe('gatehouse doctor', () => {
  let elasticsearch: ElasticsearchPeer;
  let otlp: OtlpPeer;
  let receiver: Server;
  let received: string[];
  let webhook: string;
  beforeAll(async () => {
    elasticsearch = await ElasticsearchPeer.start();
    otlp = await OtlpPeer.start();
    received = [];
    receiver = createServer(({ method }, response) => {
      received.push(method!);
      response.writeHead(405).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?token=T0k3n`;
  });
  afterAll(async () => {
    await Promise.all([elasticsearch.stop(), otlp.stop()]);
    receiver.close();
  });

  const doctor = (env: Record<string, string>) => gatehouseCommand(['doctor'], env).ended;
  const findings = (said: string): string[] => said.trimEnd().split('\n\n').at(-1)!.split('\n');

  it('says how all that is configured is, without a secret, an alert or a span', async () => {
    const { code, said } = await doctor({
      ELASTICSEARCH_URL: elasticsearch.url.replace('//', '//elastic:Pa55word@'),
      ALERT_WEBHOOK_URL: webhook,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=K3y',
    });
    expect(findings(said)).toEqual([
      expect.stringMatching(/^database: embedded, in /),
      'geo database: usable',
      expect.stringMatching(/^elasticsearch: reachable, not set up yet/),
      'alert webhook: reachable, answers 405 to GET',
      'traces: reachable, takes exports',
    ]);
    expect(said).not.toMatch(/Pa55word|T0k3n|K3y/);
    expect(received).toEqual(['GET']);
    expect(otlp.headers.at(-1)).toMatchObject({ 'x-api-key': 'K3y' });
    expect(otlp.spans).toEqual([]);
    expect(code).toBe(0);
  });

  it('only warns of what nothing waits for', async () => {
    otlp.mode = 401;
    const nobody = 'http://127.0.0.1:1';
    const { code, said } = await doctor({
      ELASTICSEARCH_URL: nobody,
      ALERT_WEBHOOK_URL: `${nobody}/hook`,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      GEO_DATABASE: 'off',
    });
    expect(findings(said).slice(1)).toEqual([
      expect.stringMatching(/^elasticsearch: warning: connect ECONNREFUSED/),
      'alert webhook: warning: unreachable',
      'traces: warning: answers 401 to an export',
    ]);
    expect(code).toBe(0);
  });

  it('fails for what Gatehouse does not start without, and says why', async () => {
    const { code, said } = await doctor({
      DATABASE_URL: 'postgres://gatehouse@127.0.0.1:1/gatehouse',
      GEO_DATABASE: 'package.json',
      ADDRESS_REPUTATION_FILES: 'nowhere.txt',
    });
    expect(findings(said)).toEqual([
      expect.stringMatching(/^database: The database does not answer \(ECONNREFUSED\)/),
      "geo database: it is not in MaxMind's format",
      expect.stringMatching(/^address lists: .*nowhere\.txt/),
    ]);
    expect(code).toBe(1);
  });
});
