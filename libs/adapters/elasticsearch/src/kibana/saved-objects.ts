import { createHash } from 'node:crypto';
import { INDEX_PREFIX } from '../auth-log.js';
import { DATA_VIEW_REFERENCE, kuery, toControl, toLens } from './lens.js';
import type { Field, Panel } from './panel.js';

/** The rows that one person, address or session left, in Discover. */
export interface SavedSearch {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Its `*` gives way to whom or what is looked for. */
  readonly query: string;
  readonly columns: readonly Field[];
}

export interface Dashboard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Label to the field that it picks a value of, for all panels. */
  readonly controls?: Readonly<Record<string, Field>>;
  /** Five to a row at most. */
  readonly rows: readonly (readonly Panel[])[];
  /** Listed below the panels, and narrowed by them and by the controls. */
  readonly search?: SavedSearch;
}

interface Reference {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

export interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly managed: true;
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
}

/** Kibana calls data views by their older name. */
const DATA_VIEW = { type: 'index-pattern', id: 'gatehouse-auth-logs' } as const;
export const TAG = { type: 'tag', id: 'gatehouse' } as const;
const TAGGED: Reference = { ...TAG, name: `tag-ref-${TAG.id}` };
/** In 48 columns. */
const [WIDTH, NUMBER_HEIGHT, HEIGHT, SEARCH_HEIGHT] = [48, 6, 14, 20];

/**
 * The oldest formats that still hold all we say: Kibana brings older ones forward and refuses newer ones, so the
 * same file goes into 8.19 and 9.
 */
const FORMATS: Readonly<Record<string, string>> = {
  'index-pattern': '8.0.0',
  tag: '8.0.0',
  search: '10.1.0',
  dashboard: '10.2.0',
};

/** What `gatehouse elasticsearch setup` puts into Kibana. The tag tells which revision of it is there. */
export function toSavedObjects(
  dashboards: readonly Dashboard[],
  searches: readonly SavedSearch[],
): SavedObject[] {
  const objects = [dataView(), ...searches.map(toSearch), ...dashboards.map(toDashboard)];
  const revision = createHash('sha256').update(toNdjson(objects)).digest('hex').slice(0, 12);
  const description = `Made by gatehouse elasticsearch setup, revision ${revision}`;
  return [savedObject(TAG, { name: 'Gatehouse', description, color: '#0B64DD' }, []), ...objects];
}

export const toNdjson = (objects: readonly SavedObject[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('');

/** Managed: shown, copied and searched like any other, but not edited, so that an update loses nobody's work. */
const savedObject = (
  { type, id }: { readonly type: string; readonly id: string },
  attributes: SavedObject['attributes'],
  references: readonly Reference[],
): SavedObject => ({
  type,
  id,
  attributes,
  references,
  managed: true,
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: FORMATS[type]!,
});

const dataView = (): SavedObject =>
  savedObject(
    DATA_VIEW,
    {
      title: `${INDEX_PREFIX}*`,
      name: 'Gatehouse auth logs',
      timeFieldName: '@timestamp',
      // Before the first event there is no index to look at.
      allowNoIndex: true,
    },
    [],
  );

const SEARCH_SOURCE = 'kibanaSavedObjectMeta.searchSourceJSON.index';

const toSearch = ({ id, title, description, query, columns }: SavedSearch): SavedObject =>
  savedObject(
    { type: 'search', id },
    {
      title,
      description,
      columns,
      sort: [['@timestamp', 'desc']],
      grid: {},
      hideChart: false,
      isTextBasedQuery: false,
      timeRestore: true,
      timeRange: { from: 'now-30d', to: 'now' },
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({
          query: { query, language: 'kuery' },
          filter: [],
          indexRefName: SEARCH_SOURCE,
        }),
      },
    },
    [{ ...DATA_VIEW, name: SEARCH_SOURCE }, TAGGED],
  );

function toDashboard({ id, title, description, controls = {}, rows, search }: Dashboard): SavedObject {
  const panels: object[] = [];
  const references: Reference[] = [TAGGED];
  const place = (panel: object, panelIndex: string, grid: object, reference: Reference): void => {
    panels.push({ ...panel, panelIndex, gridData: { ...grid, i: panelIndex } });
    references.push({ ...reference, name: `${panelIndex}:${reference.name}` });
  };

  let y = 0;
  for (const row of rows) {
    const h = row.every(({ kind }) => kind === 'number') ? NUMBER_HEIGHT : HEIGHT;
    const w = Math.floor(WIDTH / row.length);
    row.forEach((panel, i) => {
      const reference = { ...DATA_VIEW, name: DATA_VIEW_REFERENCE };
      const attributes = { ...toLens(panel), references: [reference] };
      const embedded = {
        type: 'lens',
        title: panel.title,
        embeddableConfig: { attributes, enhancements: {} },
      };
      place(embedded, `${id}-${panels.length}`, { x: i * w, y, w, h }, reference);
    });
    y += h;
  }
  if (search) {
    const panelRefName = `panel_${search.id}`;
    const embedded = { type: 'search', panelRefName, embeddableConfig: { enhancements: {} } };
    const grid = { x: 0, y, w: WIDTH, h: SEARCH_HEIGHT };
    place(embedded, search.id, grid, { type: 'search', id: search.id, name: panelRefName });
  }
  const picked = Object.entries(controls).map(([label, field], i) => {
    const controlId = `${id}-control-${i}`;
    references.push({ ...DATA_VIEW, name: `controlGroup_${controlId}:optionsListDataView` });
    return [controlId, toControl(controlId, field, label, i)] as const;
  });

  return savedObject(
    { type: 'dashboard', id },
    {
      title,
      description,
      timeRestore: true,
      timeFrom: 'now-24h',
      timeTo: 'now',
      refreshInterval: { pause: false, value: 60_000 },
      panelsJSON: JSON.stringify(panels),
      optionsJSON: JSON.stringify({
        useMargins: true,
        syncColors: true,
        syncCursor: true,
        syncTooltips: false,
        hidePanelTitles: false,
      }),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify({ query: kuery(), filter: [] }) },
      ...(picked.length > 0 && {
        controlGroupInput: {
          controlStyle: 'oneLine',
          chainingSystem: 'HIERARCHICAL',
          panelsJSON: JSON.stringify(Object.fromEntries(picked)),
          ignoreParentSettingsJSON: JSON.stringify({
            ignoreFilters: false,
            ignoreQuery: false,
            ignoreTimerange: false,
            ignoreValidations: false,
          }),
        },
      }),
    },
    references,
  );
}
