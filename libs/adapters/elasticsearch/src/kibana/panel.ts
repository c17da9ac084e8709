import type { AuditAction, AuditResult } from '#domain/audit';
import type { AUTH_LOG_MAPPING } from '../auth-log-template.js';

type PathsOf<Properties> = {
  [Name in keyof Properties & string]: Properties[Name] extends { readonly properties: infer Inner }
    ? `${Name}.${PathsOf<Inner>}`
    : Properties[Name] extends { readonly fields: infer Fields }
      ? Name | `${Name}.${keyof Fields & string}`
      : Name;
}[keyof Properties & string];

/** Of the index template. That Elasticsearch can group and count by those used, a test says. */
export type Field = PathsOf<(typeof AUTH_LOG_MAPPING)['properties']>;

type OneOf<T> = T | readonly T[];
export interface AtLeast {
  readonly atLeast: number;
}

/** Every entry must hold; of several values, one must. */
export type Filter = {
  readonly [F in Exclude<Field, 'action' | 'status'>]?: OneOf<string> | AtLeast;
} & {
  readonly action?: OneOf<AuditAction>;
  readonly status?: AuditResult;
};

export type Metric =
  | { readonly kind: 'count'; readonly where?: Filter | undefined }
  | {
      readonly kind: 'unique' | 'highest' | 'average';
      readonly field: Field;
      readonly where?: Filter | undefined;
    }
  | { readonly kind: 'share'; readonly of: Filter; readonly among: Filter };

export const count = (where?: Filter): Metric => ({ kind: 'count', where });
export const unique = (field: Field, where?: Filter): Metric => ({ kind: 'unique', field, where });
export const highest = (field: Field): Metric => ({ kind: 'highest', field });
export const average = (field: Field): Metric => ({ kind: 'average', field });
/** Between 0 and 1: how many there are of one thing for each of another. */
export const share = (of: Filter, among: Filter): Metric => ({ kind: 'share', of, among });

export type Breakdown =
  { readonly kind: 'time' } | { readonly kind: 'top'; readonly field: Field; readonly size: number };

export const overTime: Breakdown = { kind: 'time' };
/** The values with the most of the panel's first metric that is no share; of shares only, the first by name. */
export const top = (size: number, field: Field): Breakdown => ({ kind: 'top', field, size });

export interface Panel {
  readonly title: string;
  /** What it means, and what is normal: shown at the panel's corner. */
  readonly description: string;
  readonly kind: 'number' | 'lines' | 'bars' | 'table';
  readonly where?: Filter;
  /** Label to metric; a number has one. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** From the outer to the inner. A number has none, bars one; lines have `overTime` last. */
  readonly by?: readonly Breakdown[];
}

/** Which metric decides what `top` means; null where all are shares, which are computed after Elasticsearch has ranked. */
export const rankingMetric = ({ metrics }: Panel): number | null => {
  const first = Object.values(metrics).findIndex(({ kind }) => kind !== 'share');
  return first === -1 ? null : first;
};

/** Kibana's language of filters. */
export const toKql = (filter: Filter = {}): string =>
  Object.entries(filter)
    .map(([field, value]) => `${field} ${comparison(value)}`)
    .join(' and ');

const comparison = (value: OneOf<string> | AtLeast): string => {
  if (typeof value === 'string') return `: "${value}"`;
  return 'atLeast' in value ? `>= ${value.atLeast}` : `: (${value.map((one) => `"${one}"`).join(' or ')})`;
};
