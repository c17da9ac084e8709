import { Secret } from '#domain/kernel';
import type { Config } from './config.js';
import { eachSetting } from './setting.js';
import { SETTINGS } from './settings.js';

export interface DescribedSetting {
  readonly env: string;
  readonly path: string;
  readonly value: string;
}

/** Every setting and what it came to, fit to be printed: a secret shows only that it is set. */
export function describeConfig(config: Config): DescribedSetting[] {
  return [...eachSetting(SETTINGS)].map(({ path, setting: { env } }) => ({
    env,
    path,
    value: describe(path.split('.').reduce<unknown>(property, config) as SettingValue),
  }));
}

const property = (parent: unknown, name: string): unknown =>
  (parent as Record<string, unknown> | undefined)?.[name];

type SettingValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly string[]
  | Readonly<Record<string, number>>
  | Secret;

/** `Array.isArray` does not tell a read-only list from a record. */
const isList = (value: object): value is readonly string[] => Array.isArray(value);

function describe(value: SettingValue): string {
  if (value === undefined) return 'not set';
  if (value === null) return 'unlimited';
  if (value instanceof Secret) return 'set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value !== 'object') return String(value);
  const items: readonly string[] = isList(value)
    ? value
    : Object.entries(value).map(([name, number]) => `${name}=${number}`);
  return items.join(', ');
}
