import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { operationsOf } from './support/operations.js';

const snapshot = join(import.meta.dirname, '../../docs/openapi.json');

describe('The API description', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => void (gatehouse = await startGatehouse()));
  afterAll(() => gatehouse.stop());

  it('is what docs/openapi.json says, until `npm run openapi` writes that a change is meant', async () => {
    const { body } = await gatehouse.request().get('/openapi.json').expect(200);
    expect(body.openapi).toBe('3.1.0');
    if (process.env['UPDATE_OPENAPI'] === '1')
      await writeFile(snapshot, `${JSON.stringify(body, null, 2)}\n`);
    expect(body).toEqual(JSON.parse(await readFile(snapshot, 'utf8')));
  });

  it('names, for every operation of the API, how it refuses, in problem documents', async () => {
    const operations = await operationsOf(gatehouse);
    expect(operations.length).toBeGreaterThan(15);
    for (const { method, path, isPublic, responses, body } of operations) {
      const refusals = Object.entries(responses).filter(([status]) => status.startsWith('4'));
      const expected = [
        ...(path.startsWith('/api/') ? ['429'] : []),
        ...(isPublic ? [] : ['401']),
        ...(body ? ['400', '413', '415'] : []),
      ];
      const described = { operation: `${method} ${path}`, refusals: refusals.map(([status]) => status) };
      expect(described).toEqual({ ...described, refusals: expect.arrayContaining(expected) });
      for (const [, { content }] of refusals)
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
    }
  });

  it('says of every list in pages that a cursor is refused which is not one of ours', async () => {
    const { body } = await gatehouse.request().get('/openapi.json');
    type List = { parameters: { name: string }[]; responses: Record<string, { description: string }> };
    const lists = Object.values(body.paths as Record<string, { get?: List }>).filter(({ get }) =>
      get?.parameters.some(({ name }) => name === 'cursor'),
    );
    expect(lists.length).toBeGreaterThan(7);
    for (const { get } of lists) {
      expect(get?.responses['400']?.description).toBe('Refused: `validation-failed`, `invalid-cursor`.');
    }
  });

  it('names the refusals of the guard where a route has refusals of its own under the same status', async () => {
    const { paths } = (await gatehouse.request().get('/openapi.json')).body;
    const { responses } = paths['/api/v1/users/me/identifiers/verify'].post;
    expect(responses['401'].description).toMatch(/`otp-invalid`.*`token-missing`.*`session-ended`/);
    expect(paths['/api/v1/admin/roles'].post.responses['403'].description).toMatch(
      /`permission-denied`.*`csrf-token-invalid`/,
    );
  });

  it('takes no unknown field in a body, and null for each that may be left out', async () => {
    const { paths, components } = (await gatehouse.request().get('/openapi.json')).body;
    const bodies = Object.values<Record<string, { requestBody?: object }>>(paths).flatMap((item) =>
      Object.values(item).map(({ requestBody = {} }) => JSON.stringify(requestBody)),
    );
    const names = new Set([...bodies.join('').matchAll(/schemas\/(\w+)"/g)].map(([, name]) => name!));
    expect(names.size).toBeGreaterThan(15);
    for (const name of names) {
      const { additionalProperties, properties, required = [] } = components.schemas[name];
      expect([name, additionalProperties]).toEqual([name, false]);
      for (const [field, { type }] of Object.entries<{ type: string | string[] }>(properties))
        expect({ name, field, takesNull: type.includes('null') }).toEqual({
          name,
          field,
          takesNull: !(required as string[]).includes(field),
        });
    }
  });

  it('says of everything what it is made of', async () => {
    const { components } = (await gatehouse.request().get('/openapi.json')).body;
    for (const [name, { properties }] of Object.entries<{ properties: object }>(components.schemas)) {
      for (const [field, property] of Object.entries(properties)) {
        const isVague = property.type === 'object' && !property.properties && !property.additionalProperties;
        expect([name, field, isVague]).toEqual([name, field, false]);
      }
    }
  });

  it('gives every operation an id of its own, and every reference something to lead to', async () => {
    const { body, text } = await gatehouse.request().get('/openapi.json');
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(Object.keys(body.components.schemas)).toContain(name);
    expect(text).not.toContain('x-public');
  });

  it('can be explored at /docs, with scripts from this origin only', async () => {
    const page = await gatehouse.request().get('/docs').expect(200);
    expect(page.type).toBe('text/html');
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/<script(?![^>]*src=)[^>]*>\s*\S/);
    const base = new URL('http://gatehouse/docs');
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => new URL(url!, base));
    expect(assets.length).toBeGreaterThan(2);
    for (const { host, pathname } of assets) {
      expect(host).toBe('gatehouse');
      await gatehouse.request().get(pathname).expect(200);
    }
  });
});
