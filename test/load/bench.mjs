/**
 * `npm run bench`: how fast, in one run on one machine, with bare Fastify as the yardstick. Starts its own
 * servers on free loopback ports and a database in a temporary folder, and stops them.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { adminUsers } from './admin-users.mjs';
import { costOfWatching } from './cost-of-watching.mjs';
import { hashesAlone, passwordSignIns } from './password-sign-in.mjs';
import { appointAdministrator, permissionCheck, permissionDecision } from './permission-check.mjs';
import { startServer } from './processes.mjs';
import { codeFlows, plainGet, refreshes, sessionCheck } from './scenarios.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const USERS = Number(process.env.BENCH_USERS ?? 1_000_000);
const root = new URL('../..', import.meta.url).pathname;
const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
const rows = [];
let yardstick;

async function measure(name, unit, target, run, server) {
  process.stderr.write(`${name} ...\n`);
  await run(Math.min(3, SECONDS));
  const { perSecond, p50, p99 } = await run(SECONDS);
  yardstick ??= perSecond;
  rows.push({
    measurement: name,
    'per second': `${Math.round(perSecond).toLocaleString('en')} ${unit}`,
    'of bare Fastify': `${((perSecond / yardstick) * 100).toFixed(1)} %`,
    target,
    'p50 ms': p50,
    'p99 ms': p99,
    'memory MiB': await server.memory(),
  });
}

const bare = await startServer([join(root, 'test/load/bare-fastify.mjs')], {}, '/');
try {
  await measure('Bare Fastify', 'requests', '', (s) => plainGet(bare.url, s), bare);
} finally {
  await bare.stop();
}

const cli = join(root, 'dist/apps/cli/src/main.js');
const startGatehouse = (env) =>
  startServer(['--max-semi-space-size=64', cli, 'start'], { RATE_LIMITS: 'off', ...env }, '/ready');
const gatehouse = await startGatehouse({ DATA_DIR: dataDir });
try {
  const { url } = gatehouse;
  const setupLink = await gatehouse.printed(/\S+\/setup#\S+/);
  await measure('Session check', 'requests', '50 %, 10,000', (s) => sessionCheck(url, s), gatehouse);
  await measure('Refresh', 'refreshes', '3,000', (s) => refreshes(url, s), gatehouse);
  await measure('One-time-code flow', 'flows', '1,000', (s) => codeFlows(url, s), gatehouse);
  await measure('Password sign-in', 'sign-ins', '', (s) => passwordSignIns(url, s), gatehouse);
  await measure('Its Argon2id alone', 'hashes', '', hashesAlone, gatehouse);
  const token = await appointAdministrator(url, setupLink);
  await measure('Permission check', 'requests', 'p95 5 ms', (s) => permissionCheck(url, token, s), gatehouse);
  process.stderr.write(`${USERS.toLocaleString('en')} accounts ...\n`);
  // Not synchronously: connections that the server closes meanwhile would be taken for open ones.
  await promisify(execFile)(process.execPath, [cli, 'seed', '--users', String(USERS)], {
    env: { ...process.env, DATA_DIR: dataDir },
  });
  await measure('admin/users among them', 'requests', '', (s) => adminUsers(url, token, s), gatehouse);
} finally {
  await gatehouse.stop();
  await rm(dataDir, { recursive: true, force: true });
}

const { costs, received } = await costOfWatching(startGatehouse, Math.min(4, SECONDS));

const [cpu] = cpus();
console.log(
  `\n${cpu.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
console.log(`${SECONDS} seconds each, 64 connections, load generator on the same machine\n`);
console.table(rows);
console.log(`A permission decision in process: ${permissionDecision().toFixed(2)} microseconds (target 50)`);

console.log(
  '\nProcessor time of Elasticsearch shipping, traces and metrics, all on (target: less than 10 %):',
);
console.table(
  Object.entries(costs).map(([measurement, share]) => ({
    measurement,
    'more a piece': `${(share * 100).toFixed(1)} %`,
  })),
);
console.log(
  `${received.documents.toLocaleString('en')} audit rows shipped, ${received.spans} exports of spans, ${received.scrapes} scrapes`,
);
