import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';

describe('The client of Elasticsearch', () => {
  it('is loaded when one is connected to, and by nobody who only could', () => {
    const script = `
      import { createRequire } from 'node:module';
      const { cache } = createRequire(import.meta.url);
      const isLoaded = () => Object.keys(cache).some((file) => file.includes('/@elastic/'));
      const { connectElasticsearch } = await import('#adapters/elasticsearch');
      const before = isLoaded();
      await connectElasticsearch({ url: { expose: () => 'http://127.0.0.1:1' } });
      console.log(before, isLoaded());`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', './test/support/typescript-loader.mjs', '--input-type=module', '--eval', script],
      { cwd: `${import.meta.dirname}/../../../..`, encoding: 'utf8' },
    );
    expect([stdout.trim(), stderr]).toEqual(['false true', '']);
  });
});
