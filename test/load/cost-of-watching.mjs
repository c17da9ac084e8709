import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startObservers } from './observers.mjs';
import { processorTime } from './processes.mjs';
import { codeFlows, refreshes, sessionCheck } from './scenarios.mjs';

const SCENARIOS = { 'Session check': sessionCheck, Refresh: refreshes, 'One-time-code flow': codeFlows };
const ROUNDS = 9;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * What shipping, traces and metrics cost, all at once. Answers for each scenario the processor time that an operation
 * takes beyond that of an unwatched program, as a share of it: of the program and its PostgreSQL together, the median
 * over the rounds. Both are under load at the same time, because a virtual machine's speed drifts by more than what is
 * looked for; it then drifts for both.
 */
export async function costOfWatching(start, seconds) {
  const dataDirs = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'gatehouse-bench-'))));
  const observers = await startObservers();
  const servers = [];
  try {
    servers.push(await start({ DATA_DIR: dataDirs[0] }));
    servers.push(await start({ DATA_DIR: dataDirs[1], ...observers.env }));
    const costs = {};
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      for (const { url } of servers) await scenario(url, seconds);
      const shares = [];
      for (let round = 0; round < ROUNDS; round++) {
        process.stderr.write(`${name}, watched and not, ${round + 1} of ${ROUNDS} ...\n`);
        const spent = await Promise.all(servers.map((server) => timePerOperation(server, scenario, seconds)));
        shares.push(spent[1] / spent[0] - 1);
      }
      costs[name] = median(shares);
    }
    const { received } = observers;
    const idle = Object.keys(received).filter((what) => received[what] === 0);
    if (idle.length > 0) throw new Error(`Nothing was measured: no ${idle.join(', no ')}`);
    return { costs, received };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    observers.stop();
    await Promise.all(dataDirs.map((dataDir) => rm(dataDir, { recursive: true, force: true })));
  }
}

async function timePerOperation({ pid, url }, scenario, seconds) {
  const before = await processorTime(pid);
  const { perSecond } = await scenario(url, seconds);
  return ((await processorTime(pid)) - before) / (perSecond * seconds);
}
