import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUTH_LOG_MAPPING, DASHBOARDS, SEARCHES, toNdjson, toSavedObjects } from '#adapters/elasticsearch';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const FILE = 'docker/kibana/saved-objects.ndjson';
const objects = toSavedObjects(DASHBOARDS, SEARCHES);
const ofType = (type: string) => objects.filter((object) => object.type === type);
const unique = <T>(values: Iterable<T>): T[] => [...new Set(values)];

interface Column {
  readonly operationType: string;
  readonly dataType: string;
  readonly sourceField?: string;
  readonly references?: readonly string[];
  readonly params?: { readonly orderBy?: { readonly columnId: string } };
}

interface LensPanel {
  readonly panelIndex: string;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly panelRefName?: string;
  readonly embeddableConfig: {
    readonly attributes?: {
      readonly description: string;
      readonly state: {
        readonly visualization: object;
        readonly datasourceStates: {
          readonly formBased: {
            readonly layers: {
              readonly layer: {
                readonly columns: Readonly<Record<string, Column>>;
                readonly columnOrder: readonly string[];
              };
            };
          };
        };
      };
    };
  };
}

const panelsOf = ({ attributes }: (typeof objects)[number]): LensPanel[] =>
  JSON.parse(attributes['panelsJSON'] as string) as LensPanel[];
const layers = ofType('dashboard')
  .flatMap(panelsOf)
  .flatMap(({ embeddableConfig: { attributes } }) => (attributes ? [attributes.state] : []))
  .map(({ datasourceStates, visualization }) => ({
    ...datasourceStates.formBased.layers.layer,
    visualization,
  }));
const columns = layers.flatMap(({ columns }) => Object.values(columns));

/** Every text under `key`, however deep, also in JSON within JSON. */
function* textsUnder(key: string, value: unknown): Generator<string> {
  if (typeof value === 'string' && /^[{[]/.test(value)) yield* textsUnder(key, JSON.parse(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === key && typeof inner === 'string') yield inner;
    else yield* textsUnder(key, inner);
  }
}

/** Every filter, in Kibana's language. */
const filters = unique(textsUnder('query', objects)).filter((query) => query !== '');
const fieldsIn = (kql: string): string[] =>
  [...kql.matchAll(/([\w@.]+) (?::|>=) /g)].map(([, field = '']) => field);

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly fields?: Readonly<Record<string, Mapping>>;
}

/** What the index template makes of a field, or `missing`. */
function typeOf(field: string): string {
  let mapping: Mapping | undefined = AUTH_LOG_MAPPING;
  for (const name of field.split('.')) mapping = mapping?.properties?.[name] ?? mapping?.fields?.[name];
  return mapping?.type ?? 'missing';
}

describe("Kibana's saved objects", () => {
  it('are those under version control (`npm run dashboards` writes them)', () => {
    const ndjson = toNdjson(objects);
    if (process.env['UPDATE_DASHBOARDS'] === '1') writeFileSync(join(root, FILE), ndjson);
    expect(read(FILE)).toBe(ndjson);
  });

  it('are a data view, five dashboards, and a search for a user, an address and a session', () => {
    const kinds = objects.map(({ type }) => type);
    expect(kinds.filter((type) => type === 'dashboard')).toHaveLength(5);
    expect(kinds.filter((type) => type === 'search')).toHaveLength(3);
    expect(unique(kinds).sort()).toEqual(['dashboard', 'index-pattern', 'search', 'tag']);
  });

  it('have ids of their own, and lead to one another', () => {
    const keys = objects.map(({ type, id }) => `${type}:${id}`);
    expect(unique(keys)).toEqual(keys);
    const references = objects.flatMap(({ references }) => references);
    expect(references.length).toBeGreaterThan(40);
    expect(references.filter(({ type, id }) => !keys.includes(`${type}:${id}`))).toEqual([]);
    for (const { references } of objects) {
      const names = references.map(({ name }) => name);
      expect(unique(names)).toEqual(names);
    }
  });

  it('name, at the top of each dashboard, what its panels and controls refer to', () => {
    for (const dashboard of ofType('dashboard')) {
      const { controlGroupInput } = dashboard.attributes as { controlGroupInput?: { panelsJSON: string } };
      const controls = Object.keys(JSON.parse(controlGroupInput?.panelsJSON ?? '{}') as object);
      expect(dashboard.references.map(({ name }) => name).sort()).toEqual(
        [
          'tag-ref-gatehouse',
          ...panelsOf(dashboard).map(
            ({ panelIndex, panelRefName }) =>
              `${panelIndex}:${panelRefName ?? 'indexpattern-datasource-layer-layer'}`,
          ),
          ...controls.map((id) => `controlGroup_${id}:optionsListDataView`),
        ].sort(),
      );
    }
  });

  it('place no panel on another, and none beside the screen', () => {
    for (const panels of ofType('dashboard').map(panelsOf)) {
      const grids = panels.map(({ gridData }) => gridData);
      expect(grids.filter(({ x, w }) => x + w > 48)).toEqual([]);
      const overlapping = grids.filter((a, i) =>
        grids
          .slice(i + 1)
          .some((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h),
      );
      expect(overlapping).toEqual([]);
    }
  });

  it('say what each panel means', () => {
    for (const { rows } of DASHBOARDS) {
      for (const panels of rows) {
        expect(panels.length).toBeLessThanOrEqual(5);
        for (const { description } of panels) expect(description.length).toBeGreaterThan(5);
      }
    }
  });
});

describe('The fields of the saved objects', () => {
  /** Which types each operation of Lens can work on: a text cannot be grouped, nor averaged a keyword. */
  const OPERATES_ON: Readonly<Record<string, RegExp>> = {
    terms: /^(keyword|ip)$/,
    unique_count: /^(keyword|ip|integer|long)$/,
    max: /^(integer|long|float)$/,
    average: /^(integer|long|float)$/,
    date_histogram: /^date$/,
  };

  it('are those of the index template, with a type that can do what is asked of it', () => {
    const operations = columns.filter(
      ({ sourceField }) => sourceField !== undefined && sourceField !== '___records___',
    );
    expect(operations.length).toBeGreaterThan(30);
    for (const { operationType, sourceField = '', dataType } of operations) {
      expect([sourceField, typeOf(sourceField)]).toEqual([
        sourceField,
        expect.stringMatching(OPERATES_ON[operationType]!),
      ]);
      if (operationType === 'terms') expect(dataType).toBe(typeOf(sourceField) === 'ip' ? 'ip' : 'string');
    }
  });

  it('are those of the template in filters, controls and columns, too', () => {
    const filtered = unique(filters.flatMap(fieldsIn));
    expect(filtered).toEqual(expect.arrayContaining(['action', 'metadata.risk', 'related.user', 'ip']));
    for (const field of filtered)
      expect([field, typeOf(field)]).toEqual([field, expect.stringMatching(/keyword|ip|integer/)]);

    const controls = unique(textsUnder('fieldName', ofType('dashboard')));
    expect(controls.length).toBeGreaterThan(4);
    for (const field of controls)
      expect([field, typeOf(field)]).toEqual([field, expect.stringMatching(/keyword|ip/)]);

    const listed = SEARCHES.flatMap(({ columns }) => columns);
    expect(listed.filter((field) => typeOf(field) === 'missing')).toEqual([]);
    const { attributes } = ofType('index-pattern')[0]!;
    expect(typeOf(attributes['timeFieldName'] as string)).toBe('date');
  });

  it('are compared with actions that there are', () => {
    const [, union = ''] =
      /type AuditAction =([^;]+);/.exec(read('libs/domain/audit/src/model/audit-event.ts')) ?? [];
    const actions = new Set([...union.matchAll(/'([^']+)'/g)].map(([, action]) => action));
    const spokenOf = filters
      .flatMap((kql) => [...kql.matchAll(/\baction : (\([^)]*\)|"[^"]*")/g)].map(([, values = '']) => values))
      .flatMap((values) => [...values.matchAll(/"([^"]+)"/g)].map(([, action]) => action));
    expect(unique(spokenOf).length).toBeGreaterThan(25);
    expect(spokenOf.filter((action) => !actions.has(action))).toEqual([]);
  });
});

describe('The formats of the saved objects', () => {
  /** Of a type in its version: Kibana refuses an object with an attribute that its schema does not have. */
  const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
    'index-pattern 8.0.0': ['title', 'name', 'timeFieldName', 'allowNoIndex'],
    'tag 8.0.0': ['name', 'description', 'color'],
    'search 10.1.0': [
      ...['title', 'description', 'columns', 'sort', 'grid', 'hideChart', 'isTextBasedQuery'],
      ...['timeRestore', 'timeRange', 'kibanaSavedObjectMeta'],
    ],
    'dashboard 10.2.0': [
      ...['title', 'description', 'timeRestore', 'timeFrom', 'timeTo', 'refreshInterval', 'panelsJSON'],
      ...['optionsJSON', 'kibanaSavedObjectMeta', 'controlGroupInput'],
    ],
  };

  it('have the attributes that they say they have, and no other', () => {
    for (const { type, typeMigrationVersion, coreMigrationVersion, attributes } of objects) {
      const known = ATTRIBUTES[`${type} ${typeMigrationVersion}`] ?? [];
      expect(known).toEqual(expect.arrayContaining(Object.keys(attributes)));
      expect(coreMigrationVersion).toBe('8.8.0');
    }
  });

  it('name the parts of a formula so that Lens knows them for its own, and nothing else', () => {
    const formulas = layers.flatMap(({ columns }) =>
      Object.entries(columns)
        .filter(([, { operationType }]) => operationType === 'formula')
        .map(([id, formula]) => ({ id, formula, ids: Object.keys(columns) })),
    );
    expect(formulas.length).toBeGreaterThan(4);
    for (const { id, formula, ids } of formulas) {
      // When a formula is edited, Lens replaces whatever begins with its id; it reads the last part.
      const parts = ids.filter((other) => other !== id && other.startsWith(id));
      expect(parts).toEqual(parts.map((_, i) => `${id}X${i}`));
      expect(formula.references).toEqual([parts.at(-1)]);
    }
  });
});

describe('The charts', () => {
  it('show columns that there are, ranked by what can be ranked', () => {
    expect(layers.length).toBeGreaterThan(35);
    for (const { columns, columnOrder, visualization } of layers) {
      expect(columnOrder).toEqual(Object.keys(columns));
      const shown = JSON.stringify(visualization).match(/\b(by|metric)\d+\b/g) ?? [];
      expect(shown.length).toBeGreaterThan(0);
      const ranks = Object.values(columns).flatMap(({ params }) => params?.orderBy?.columnId ?? []);
      const parts = Object.values(columns).flatMap(({ references }) => references ?? []);
      for (const id of [...shown, ...ranks, ...parts]) expect(Object.keys(columns)).toContain(id);
      // Elasticsearch ranks; a formula is computed after it has answered.
      for (const id of ranks) expect(columns[id]?.operationType).not.toBe('formula');
    }
  });

  it('are explained in the guide, dashboard by dashboard', () => {
    const guide = read('docs/guides/auth-logs.md');
    for (const { title } of DASHBOARDS) {
      const name = title.replace('Gatehouse: ', '');
      expect(guide).toContain(`\n### ${name[0]!.toUpperCase()}${name.slice(1)}\n`);
    }
    for (const { title } of SEARCHES) expect(guide).toContain(title);
  });
});
