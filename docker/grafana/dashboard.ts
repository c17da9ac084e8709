/** The little of Grafana's dashboard model that ours are made of. */

type Unit = 'short' | 'reqps' | 'percentunit' | 's' | 'bytes';

interface Panel {
  readonly title: string;
  /** What it means, and what is normal: shown at the panel's corner. */
  readonly description: string;
  readonly unit: Unit;
  /** One number instead of a curve. */
  readonly stat?: true;
  /** Legend to query; `{{label}}` in a legend stands for a label's value. */
  readonly queries: Readonly<Record<string, string>>;
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

const DATASOURCE = { type: 'prometheus', uid: 'prometheus' };
const WIDTH = 24;
const HEIGHT = 8;
const STAT_HEIGHT = 4;

/** As Grafana reads it from a file. */
export function toGrafana({ uid, title, description, rows }: Dashboard): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y: y++, w: WIDTH, h: 1 },
      panels: [],
    });
    const h = row.panels.every(({ stat }) => stat) ? STAT_HEIGHT : HEIGHT;
    const w = Math.floor(WIDTH / row.panels.length);
    row.panels.forEach((panel, i) => panels.push(toPanel(panel, panels.length + 1, { x: i * w, y, w, h })));
    y += h;
  }
  return {
    uid,
    title,
    description,
    tags: ['gatehouse'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'browser',
    links: [
      { type: 'dashboards', tags: ['gatehouse'], title: 'Gatehouse', asDropdown: false, keepTime: true },
    ],
    annotations: {
      list: [
        {
          name: 'Alerts',
          enable: true,
          iconColor: 'red',
          datasource: DATASOURCE,
          expr: 'ALERTS{alertname=~"Gatehouse.+",alertstate="firing"}',
          titleFormat: '{{alertname}}',
        },
      ],
    },
    templating: { list: [] },
    panels,
  };
}

const toPanel = (
  { title, description, unit, stat, queries }: Panel,
  id: number,
  gridPos: object,
): object => ({
  id,
  type: stat ? 'stat' : 'timeseries',
  title,
  description,
  gridPos,
  datasource: DATASOURCE,
  fieldConfig: { defaults: { unit, min: 0, ...(!stat && { custom: { fillOpacity: 10 } }) }, overrides: [] },
  options: stat
    ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' }
    : {
        legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
        tooltip: { mode: 'multi' },
      },
  targets: Object.entries(queries).map(([legendFormat, expr], i) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + i),
    datasource: DATASOURCE,
    expr,
    legendFormat,
  })),
});
