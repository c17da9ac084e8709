import { Command } from 'commander';
import { SystemClock } from '#adapters/crypto';
import {
  connectElasticsearch,
  ElasticsearchAuthLogs,
  setUpElasticsearch,
  setUpKibana,
  type SetupStep,
} from '#adapters/elasticsearch';
import { PostgresAuditChain, PostgresDeadLetters } from '#adapters/typeorm';
import { RetryDeadLetters } from '#domain/audit';
import type { Secret } from '#domain/kernel';
import { ConfigError, loadConfig, type Config } from '../../../api/src/config/index.js';
import { withStores } from '../database.js';

const PAGE = 500;

interface CommandConfig extends Config {
  readonly elasticsearch: Config['elasticsearch'] & { readonly url: Secret };
}

function readConfig(): CommandConfig {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  const { url } = config.elasticsearch;
  if (!url) throw new ConfigError([{ where: 'ELASTICSEARCH_URL (elasticsearch.url)', message: 'is needed' }]);
  return { ...config, elasticsearch: { ...config.elasticsearch, url } };
}

/** What is wrong with a server, in its words: the client's stack says nothing to whoever runs this. */
async function plainly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`${name}: ${message || 'no answer'}`);
    process.exitCode = 1;
  }
}

async function setUp(): Promise<void> {
  const { elasticsearch } = readConfig();
  await plainly(async () => {
    const client = await connectElasticsearch(elasticsearch);
    try {
      (await setUpElasticsearch(client, elasticsearch)).forEach(print);
      const { kibanaUrl } = elasticsearch;
      if (kibanaUrl) print(await setUpKibana({ url: kibanaUrl, elasticsearch }));
    } finally {
      await client.close();
    }
  });
}

const print = ({ name, outcome, why }: SetupStep): void =>
  console.log(`${name.padEnd(18)} ${outcome}${why === undefined ? '' : `: ${why}`}`);

const APPLICATION = 'gatehouse-elasticsearch';

const listDeadLetters = (): Promise<void> =>
  withStores(readConfig(), APPLICATION, async (db) => {
    const letters = new PostgresDeadLetters(db);
    console.log(`${await letters.count()} rows of the audit trail were rejected`);
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = await letters.list(after, PAGE);
      for (const { id, rejectedAt, type, reason } of page) {
        // It may repeat what a client sent: nothing that a terminal would obey.
        console.log(`${id}  ${rejectedAt.toISOString()}  ${type}  ${reason.replaceAll(/\p{C}+/gu, ' ')}`);
      }
      after = page.at(-1)?.position;
    }
  });

function retryDeadLetters(): Promise<void> {
  const config = readConfig();
  const { elasticsearch } = config;
  return withStores(config, APPLICATION, (db) =>
    plainly(async () => {
      const index = new ElasticsearchAuthLogs(await connectElasticsearch(elasticsearch), {
        retention: elasticsearch.retention,
        warn: console.error,
      });
      const trail = new PostgresAuditChain(db);
      const retry = new RetryDeadLetters(new PostgresDeadLetters(db), trail, index, new SystemClock());
      try {
        const { shipped, rejected, gone } = await retry.execute(new AbortController().signal);
        console.log(`${shipped} shipped, ${rejected} rejected again, ${gone} no longer in the trail`);
        if (rejected > 0) process.exitCode = 1;
      } finally {
        await index.close();
      }
    }),
  );
}

const setUpCommand = new Command('setup')
  .description('Install index template, lifecycle policy, pipeline and, with KIBANA_URL, the dashboards')
  .action(setUp);

const deadLettersCommand = new Command('dead-letters')
  .description('List what Elasticsearch rejected, and why')
  .action(listDeadLetters);

const retryCommand = new Command('retry')
  .description('Ship what Elasticsearch rejected once more, after the reason is gone')
  .action(retryDeadLetters);

export const elasticsearchCommand = new Command('elasticsearch')
  .description('Set up Elasticsearch and Kibana for the auth logs')
  .addCommand(setUpCommand)
  .addCommand(deadLettersCommand)
  .addCommand(retryCommand);
