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

type SettingValue = string | number | boolean | null | undefined | readonly string[] | Secret;

function describe(value: SettingValue): string {
  if (value === undefined) return 'not set';
  if (value === null) return 'unlimited';
  if (value instanceof Secret) return 'set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'object' ? value.join(', ') : String(value);
}
