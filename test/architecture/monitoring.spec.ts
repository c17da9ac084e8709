import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { Metrics, UNMATCHED } from '#adapters/prometheus';
import { toGrafana } from '../../docker/grafana/dashboard.js';
import { DASHBOARDS } from '../../docker/grafana/dashboards.js';

const root = new URL('../..', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: {
    readonly summary?: string;
    readonly description?: string;
    readonly runbook?: string;
  };
}

const rules = readdirSync(join(root, 'docker/prometheus/rules')).flatMap((file) =>
  (parse(read(`docker/prometheus/rules/${file}`)) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  ),
);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
const queries = DASHBOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels)).flatMap(
  ({ queries }) => Object.values(queries),
);

/** Every series that a process can expose, by its name: the labels of each, with all that it can have being watched. */
async function exposedSeries(): Promise<ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>> {
  const metrics = new Metrics();
  metrics.watchRecord({
    pool: { inUse: 0, idle: 0, waiting: 0 },
    outbox: () => Promise.resolve({ due: 0, waiting: 0, setAside: 0, oldestDueSeconds: 0 }),
    activeSessions: () => Promise.resolve(0),
  });
  metrics.watchAuthLogs(() => Promise.resolve({ lagEvents: 0, lagSeconds: 0, deadLetters: 0 }));
  metrics.watchHashing({ running: 0, waiting: 0 });
  metrics.circuits.watch('redis', () => 'closed');
  metrics.caches.watch('sessions', { hits: 0, misses: 0, entries: 0 });
  for (const status of [200, 500]) metrics.http.route(UNMATCHED).observe(status, 0);
  // What asks the database is there from the second scrape on.
  await metrics.exposition();
  await setImmediate();
  const series = new Map<string, Record<string, string>[]>();
  for (const [, name = '', labels = ''] of (await metrics.exposition()).matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
    const own = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]);
    series.set(name, [...(series.get(name) ?? []), Object.fromEntries(own) as Record<string, string>]);
  }
  return series;
}

/** The names of series in a query: what is neither a function, a keyword, a label nor a text. */
const namesIn = (expression: string): readonly string[] =>
  expression
    .replaceAll(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring) *\([^)]*\)/g, ' ')
    .match(/\b[a-z][\w:]*\b(?! *\()/gi)!
    .filter((word) => !['and', 'or', 'unless', 'by'].includes(word));

async function promtool(...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('promtool', args, { cwd: join(root, 'docker/prometheus') });
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code?: string | number; stdout?: string; stderr?: string };
    if (code !== 'ENOENT') throw new Error(`promtool refuses them:\n${stdout}${stderr}`, { cause });
    throw new Error('These tests need promtool (Debian: apt install prometheus).', { cause });
  }
}

describe('Rules and dashboards', () => {
  it('speak of series that there are', async () => {
    const exposed = [...(await exposedSeries()).keys()];
    const known = new Set([...exposed, ...recorded, 'up']);
    const spokenOf = [...queries, ...rules.map(({ expr }) => expr)].flatMap(namesIn);
    expect(spokenOf.length).toBeGreaterThan(50);
    expect(spokenOf.filter((name) => !known.has(name))).toEqual([]);
    // And of all of ours: a family that nobody looks at is a cost without a use.
    const ours = exposed.filter((name) => name.startsWith('gatehouse_') && !name.endsWith('_sum'));
    expect(ours.filter((name) => !spokenOf.includes(name))).toEqual([]);
  });

  it('ask for labels and values that these series have', async () => {
    const exposed = await exposedSeries();
    const asked = [...queries, ...rules.map(({ expr }) => expr)].flatMap((expression) =>
      [...expression.matchAll(/(\w+)\{([^}]*)\}/g)].flatMap(([, name = '', matchers = '']) =>
        [...matchers.matchAll(/(\w+)(!?=~?)"([^"]*)"/g)].map(([, label = '', how = '', wanted = '']) => ({
          name,
          label,
          values: how.endsWith('~') ? wanted.split('|') : [wanted],
        })),
      ),
    );
    expect(asked.length).toBeGreaterThan(25);
    const missing = asked
      // The first is Prometheus' own; series that are recorded are looked at where they are made.
      .filter(({ name, label }) => label !== 'job' && exposed.has(name))
      .filter(({ name, label, values }) => {
        const there = new Set(exposed.get(name)!.map((labels) => labels[label]));
        return values.some((value) => !there.has(value));
      });
    expect(missing).toEqual([]);
  });

  it('add up by labels that there are, and say them in the legend', async () => {
    const exposed = await exposedSeries();
    const panels = DASHBOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels));
    for (const [legend, query] of panels.flatMap(({ queries }) => Object.entries(queries))) {
      const grouped = [...query.matchAll(/ by \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
        labels.split(/, */),
      );
      const [name = ''] = namesIn(query);
      const series = exposed.get(name);
      if (series) expect([query, grouped.filter((label) => !(label in series[0]!))]).toEqual([query, []]);
      const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      if (grouped.length > 0) {
        expect([query, shown]).toEqual([query, grouped.filter((label) => label !== 'le')]);
      }
    }
  });

  it('are those that the guide speaks of', async () => {
    const exposed = await exposedSeries();
    const families = new Set([...exposed.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const named = [...read('docs/guides/operations.md').matchAll(/\bgatehouse_\w+/g)].map(([name]) => name);
    expect([...new Set(named)].filter((name) => !families.has(name))).toEqual([]);
    const ours = [...families].filter((name) => name.startsWith('gatehouse_'));
    expect(ours.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('are worth being recorded: each recording is used', () => {
    const used = new Set([...queries, ...rules.map(({ expr }) => expr)].flatMap(namesIn));
    expect([...recorded].filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('The alerts', () => {
  it('each say what is wrong, how bad it is, and where to read what to do', () => {
    const guide = read('docs/guides/operations.md');
    for (const { alert = '', labels, annotations } of alerts) {
      expect(labels?.severity).toMatch(/^(critical|warning)$/);
      expect(annotations?.summary).toBeTruthy();
      expect(annotations?.description).toBeTruthy();
      expect(annotations?.runbook).toBe(`docs/guides/operations.md#${alert.toLowerCase()}`);
      expect(guide).toContain(`\n### ${alert}\n`);
    }
  });

  it('each have a test in which they fire, and one in which they do not', () => {
    const { tests } = parse(read('docker/prometheus/tests/alerts.yml')) as {
      tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[];
    };
    const checks = tests.flatMap(({ alert_rule_test: checks = [] }) => checks);
    for (const { alert } of alerts) {
      const own = checks.filter(({ alertname }) => alertname === alert);
      expect([alert, own.some(({ exp_alerts }) => exp_alerts)]).toEqual([alert, true]);
      expect([alert, own.some(({ exp_alerts }) => !exp_alerts)]).toEqual([alert, true]);
    }
  });

  it("pass promtool's own tests", async () => {
    await promtool('check', 'rules', 'rules/recording.yml', 'rules/alerts.yml');
    await promtool('test', 'rules', 'tests/alerts.yml');
  });
});

describe('The dashboards', () => {
  const update = process.env['UPDATE_DASHBOARDS'] === '1';

  it.each(DASHBOARDS.map((dashboard) => [dashboard.uid, dashboard] as const))(
    '%s is the JSON that Grafana is given (`npm run dashboards` writes it)',
    async (uid, dashboard) => {
      const path = `docker/grafana/dashboards/${uid}.json`;
      const file = join(root, path);
      const json = await format(JSON.stringify(toGrafana(dashboard)), {
        ...(await resolveConfig(file)),
        filepath: file,
      });
      if (update) writeFileSync(file, json);
      expect(read(path)).toBe(json);
    },
  );

  it('say what each panel means, and place none on another', () => {
    for (const { rows } of DASHBOARDS) {
      for (const { panels } of rows) {
        expect(panels.length).toBeLessThanOrEqual(5);
        for (const { description } of panels) expect(description.length).toBeGreaterThan(5);
      }
    }
  });
});
