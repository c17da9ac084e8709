import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toAuthLog } from '#adapters/elasticsearch';
import { aTrailRow } from '#domain/audit/testing';

const root = join(import.meta.dirname, '../..');
const source = readFileSync(join(root, 'libs/domain/audit/src/model/audit-event.ts'), 'utf8');
const [, union = ''] = /type AuditAction =([^;]+);/.exec(source) ?? [];
const ACTIONS = [...union.matchAll(/'([^']+)'/g)].map(([, action = '']) => action);

/** The types that ECS 8.17 expects with each of the categories that we use. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  authentication: ['start', 'end', 'info'],
  session: ['start', 'end', 'info'],
  iam: ['admin', 'change', 'creation', 'deletion', 'group', 'info', 'user'],
  intrusion_detection: ['allowed', 'denied', 'info'],
  web: ['access', 'error', 'info'],
};

describe('In the Elastic Common Schema', () => {
  it.each(ACTIONS)('%s has a category, and types that go with it', (action) => {
    const { category, type } = toAuthLog(aTrailRow({ action })).event;
    expect([category.length, type.length]).not.toContain(0);
    for (const one of category) expect(EXPECTED[one]).toEqual(expect.arrayContaining([...type]));
    // Of an account or a group, and what was done to it.
    if (category.includes('iam')) expect(type).toHaveLength(2);
  });

  it('there are as many actions as there were, and more', () => {
    expect(ACTIONS.length).toBeGreaterThan(40);
  });
});
