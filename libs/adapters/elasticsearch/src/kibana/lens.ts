import {
  rankingMetric,
  toKql,
  type Breakdown,
  type Field,
  type Filter,
  type Metric,
  type Panel,
} from './panel.js';

/** The little of Lens, Kibana's editor of charts, that our panels are made of. */

const LAYER = 'layer';
/** How a panel's query names the data view, whose id stands in the references. */
export const DATA_VIEW_REFERENCE = `indexpattern-datasource-layer-${LAYER}`;

type Columns = Readonly<Record<string, object>>;

/** The attributes of a Lens chart without its references. */
export function toLens(panel: Panel): object {
  const { title, description, kind, where, metrics, by = [] } = panel;
  const labelled = Object.entries(metrics);
  const rank = rankingMetric(panel);
  const columns: Columns = Object.fromEntries([
    ...by.map((breakdown, i) => [`by${i}`, bucketColumn(breakdown, rank)] as const),
    ...labelled.flatMap(([label, metric], i) => Object.entries(metricColumns(`metric${i}`, label, metric))),
  ]);
  return {
    title,
    description,
    type: 'lens',
    visualizationType: VISUALIZATION_TYPE[kind],
    state: {
      visualization: visualization(kind, by, labelled.length),
      query: kuery(where),
      filters: [],
      datasourceStates: {
        formBased: {
          layers: { [LAYER]: { columns, columnOrder: Object.keys(columns), incompleteColumns: {} } },
        },
        textBased: { layers: {} },
      },
      internalReferences: [],
      adHocDataViews: {},
    },
  };
}

const VISUALIZATION_TYPE: Readonly<Record<Panel['kind'], string>> = {
  number: 'lnsMetric',
  lines: 'lnsXY',
  bars: 'lnsXY',
  table: 'lnsDatatable',
};

function visualization(kind: Panel['kind'], by: readonly Breakdown[], metrics: number): object {
  const buckets = by.map((_, i) => `by${i}`);
  const accessors = Array.from({ length: metrics }, (_, i) => `metric${i}`);
  const layer = { layerId: LAYER, layerType: 'data' };
  if (kind === 'number') return { ...layer, metricAccessor: accessors[0] };
  if (kind === 'table') {
    const columns = [...buckets, ...accessors].map((columnId) => ({ columnId }));
    return { ...layer, columns, paging: { enabled: true, size: 10 } };
  }
  const seriesType = kind === 'lines' ? 'line' : 'bar_horizontal';
  const [xAccessor, splitAccessor] = buckets.toReversed();
  return {
    preferredSeriesType: seriesType,
    legend: { isVisible: kind === 'lines', position: 'bottom' },
    valueLabels: kind === 'bars' ? 'show' : 'hide',
    fittingFunction: 'None',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    layers: [{ ...layer, seriesType, accessors, xAccessor, ...(splitAccessor && { splitAccessor }) }],
  };
}

const bucketColumn = (breakdown: Breakdown, rank: number | null): object =>
  breakdown.kind === 'time'
    ? {
        operationType: 'date_histogram',
        label: 'Time',
        customLabel: true,
        dataType: 'date',
        isBucketed: true,
        scale: 'interval',
        sourceField: '@timestamp',
        params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
      }
    : {
        operationType: 'terms',
        label: breakdown.field,
        customLabel: true,
        dataType: breakdown.field === 'ip' ? 'ip' : 'string',
        isBucketed: true,
        scale: 'ordinal',
        sourceField: breakdown.field,
        params: {
          size: breakdown.size,
          ...(rank === null
            ? { orderBy: { type: 'alphabetical' }, orderDirection: 'asc' }
            : { orderBy: { type: 'column', columnId: `metric${rank}` }, orderDirection: 'desc' }),
          otherBucket: false,
          missingBucket: false,
          parentFormat: { id: 'terms' },
        },
      };

function metricColumns(id: string, label: string, metric: Metric): Columns {
  if (metric.kind === 'share') return shareColumns(id, label, metric.of, metric.among);
  if (metric.kind === 'count') return { [id]: countColumn(label, metric.where) };
  return {
    [id]: {
      ...numberColumn(label),
      operationType: OPERATION[metric.kind],
      sourceField: metric.field,
      params: { emptyAsNull: false },
      ...(metric.where && { filter: kuery(metric.where) }),
    },
  };
}

const OPERATION = { unique: 'unique_count', highest: 'max', average: 'average' } as const;

/**
 * A formula, and the columns that Lens makes of one when it is typed in: two counts and their quotient. Without
 * them a formula that was imported shows nothing until somebody opens the editor.
 */
function shareColumns(id: string, label: string, of: Filter, among: Filter): Columns {
  const formula = `${countFormula(of)} / ${countFormula(among)}`;
  const [part, whole, quotient] = [`${id}X0`, `${id}X1`, `${id}X2`];
  const partLabel = `Part of ${formula}`;
  const location = { min: 0, max: formula.length };
  return {
    [id]: {
      ...numberColumn(label),
      operationType: 'formula',
      params: { formula, isFormulaBroken: false, format: { id: 'percent', params: { decimals: 1 } } },
      references: [quotient],
    },
    [part]: countColumn(partLabel, of),
    [whole]: countColumn(partLabel, among),
    [quotient]: {
      ...numberColumn(partLabel),
      operationType: 'math',
      params: {
        tinymathAst: { type: 'function', name: 'divide', args: [part, whole], location, text: formula },
      },
      references: [part, whole],
    },
  };
}

const countFormula = (where: Filter): string => (isEmpty(where) ? 'count()' : `count(kql='${toKql(where)}')`);

const isEmpty = (filter: Filter): boolean => Object.keys(filter).length === 0;

const countColumn = (label: string, where?: Filter): object => ({
  ...numberColumn(label),
  operationType: 'count',
  sourceField: '___records___',
  params: { emptyAsNull: false },
  ...(where && !isEmpty(where) && { filter: kuery(where) }),
});

const numberColumn = (label: string): object => ({
  label,
  customLabel: true,
  dataType: 'number',
  isBucketed: false,
  scale: 'ratio',
});

export const kuery = (filter?: Filter): object => ({ query: toKql(filter), language: 'kuery' });

/** A drop-down above a dashboard, in which a value is searched for and picked. */
export const toControl = (id: string, field: Field, title: string, order: number): object => ({
  type: 'optionsListControl',
  order,
  grow: true,
  width: 'medium',
  explicitInput: { id, fieldName: field, title, searchTechnique: 'prefix', selectedOptions: [] },
});
