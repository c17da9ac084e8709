import { describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTypeScriptConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const fixtures = join(here, 'fixtures');

const options = await extractOptions(join(root, '.dependency-cruiser.mjs'));
const rules = options.ruleSet?.forbidden?.map(({ name }) => name ?? '') ?? [];

async function violations(
  baseDir: string,
  folders: string[],
): Promise<ICruiseResult['summary']['violations']> {
  const { output } = await cruise(folders, { ...options, baseDir }, undefined, {
    tsConfig: extractTypeScriptConfig(join(root, 'tsconfig.json')),
  });
  return (output as ICruiseResult).summary.violations;
}

describe('The dependency rules', () => {
  it('each have an illegal fixture', () => {
    expect(readdirSync(fixtures).sort()).toEqual([...rules].sort());
  });

  it.each(rules)('%s bites on its fixture, and no other rule does', async (rule) => {
    const fixture = join(fixtures, rule);
    const folders = ['apps', 'libs'].filter((folder) => readdirSync(fixture).includes(folder));

    const broken = (await violations(fixture, folders)).map((violation) => violation.rule.name);

    expect([...new Set(broken)]).toEqual([rule]);
  });

  it('hold in the code', async () => {
    expect(await violations(root, ['apps', 'libs', 'test'])).toEqual([]);
  }, 60_000);
});
