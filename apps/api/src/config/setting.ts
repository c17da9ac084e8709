import type { z } from 'zod';

/** Where a setting comes from and what it may be. Its path in `Settings` is its path in the YAML file. */
export interface Setting<T> {
  readonly env: string;
  readonly schema: z.ZodType<unknown, string>;
  /** As one would write it; absent for a setting that may be left out. */
  readonly fallback?: string;
  /** For the compiler only. */
  readonly type?: T;
}

export interface SettingGroup {
  readonly [name: string]: Setting<unknown> | SettingGroup;
}

/** The typed values of a group of settings. */
export type Values<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends Setting<infer T> ? T : Values<Group[Name]>;
};

export function setting<T>(env: string, schema: z.ZodType<T, string>, fallback: string): Setting<T>;
export function setting<T>(env: string, schema: z.ZodType<T, string>): Setting<T | undefined>;
export function setting(
  env: string,
  schema: z.ZodType<unknown, string>,
  fallback?: string,
): Setting<unknown> {
  return fallback === undefined ? { env, schema } : { env, schema, fallback };
}

export const isSetting = (entry: Setting<unknown> | SettingGroup): entry is Setting<unknown> =>
  typeof entry.env === 'string';

export interface NamedSetting {
  /** Dotted path, as in the YAML file. */
  readonly path: string;
  readonly setting: Setting<unknown>;
}

export function* eachSetting(group: SettingGroup, prefix = ''): Generator<NamedSetting> {
  for (const [name, entry] of Object.entries(group)) {
    const path = prefix + name;
    if (isSetting(entry)) yield { path, setting: entry };
    else yield* eachSetting(entry, `${path}.`);
  }
}
