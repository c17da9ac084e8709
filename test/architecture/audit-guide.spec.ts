import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('docs/guides/audit.md', () => {
  it('says of every action when it is recorded, and of no other', () => {
    const [, union = ''] =
      /type AuditAction =([^;]+);/.exec(read('libs/domain/audit/src/model/audit-event.ts')) ?? [];
    const actions = [...union.matchAll(/'([^']+)'/g)].map(([, action]) => action);
    const table = read('docs/guides/audit.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const described = table.flatMap((line) =>
      [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(actions.length).toBeGreaterThan(20);
    expect(described.sort()).toEqual(actions.sort());
  });
});
