import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectElasticsearch, isSetUp, type ElasticsearchOptions } from '#adapters/elasticsearch';
import { Secret } from '#domain/kernel';
import { outcomeOf } from '#domain/kernel/testing';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';

describe('The way to Elasticsearch', () => {
  let server: Server;
  let folder: string;
  let caFile: string;
  let authorization: string | undefined;
  let headers: IncomingHttpHeaders;

  beforeAll(async () => {
    const certificate = selfSignedCertificate();
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-ca-'));
    caFile = join(folder, 'ca.pem');
    await writeFile(caFile, certificate.cert);
    server = createServer(certificate, (request, response) => {
      ({ headers } = request);
      ({ authorization } = headers);
      response.writeHead(200, { 'x-elastic-product': 'Elasticsearch' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const ask = async (credentials: string, options: Partial<ElasticsearchOptions>): Promise<string> => {
    authorization = undefined;
    const { port } = server.address() as AddressInfo;
    const client = await connectElasticsearch({
      url: new Secret(`https://${credentials}127.0.0.1:${port}`),
      ...options,
    });
    const outcome = await outcomeOf(isSetUp(client, AbortSignal.timeout(10_000)));
    await client.close();
    return outcome;
  };

  it('brings the name and password of its address, or the key', async () => {
    expect(await ask('gate%40house:p%40ss@', { caFile })).toBe('done');
    expect(authorization).toBe(`Basic ${btoa('gate@house:p@ss')}`);
    expect(await ask('', { caFile, apiKey: new Secret('a2V5') })).toBe('done');
    expect(authorization).toBe('ApiKey a2V5');
  });

  it('does not say which Node on which system it comes from', async () => {
    expect(await ask('', { caFile })).toBe('done');
    expect(headers['user-agent']).toBe('gatehouse');
    expect(JSON.stringify(headers)).not.toContain(process.versions.node);
  });

  it('is not gone to somebody whose certificate nobody known has signed', async () => {
    expect(await ask('gate:house@', {})).toMatch(/self-signed certificate/);
    expect(authorization).toBeUndefined();
  });
});
