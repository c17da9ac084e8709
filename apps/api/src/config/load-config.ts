import { resolve } from 'node:path';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { deriveConfig, findConflicts, type Config, type Settings } from './config.js';
import { isSetting, type Setting, type SettingGroup } from './setting.js';
import { SETTINGS } from './settings.js';
import { readYamlSettings } from './yaml-file.js';

const DEFAULT_FILE = 'gatehouse.yaml';

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where `gatehouse.yaml` is looked for, and what relative paths in settings start from. */
  readonly cwd: string;
}

/**
 * The configuration as a whole: the environment over `gatehouse.yaml` (or the file that `GATEHOUSE_CONFIG`
 * names) over the defaults. Throws one `ConfigError` with every mistake in it.
 */
export function loadConfig({ env, cwd }: ConfigSources): Config {
  const named = env.GATEHOUSE_CONFIG;
  const yaml = readYamlSettings(resolve(cwd, named || DEFAULT_FILE), SETTINGS, Boolean(named));
  const problems: ConfigProblem[] = [...yaml.problems];

  const read = (setting: Setting<unknown>, path: string): unknown => {
    // An empty variable counts as unset: it is how compose files and shells say so.
    const text = env[setting.env] || yaml.texts.get(path) || setting.fallback;
    if (text === undefined) return undefined;
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) return parsed.data;
    const where = nameOf(setting, path);
    for (const { message } of parsed.error.issues) problems.push({ where, message });
    return undefined;
  };
  const readGroup = (group: SettingGroup, prefix = ''): unknown =>
    Object.freeze(
      Object.fromEntries(
        Object.entries(group).map(([name, entry]) => {
          const path = prefix + name;
          return [name, isSetting(entry) ? read(entry, path) : readGroup(entry, `${path}.`)];
        }),
      ),
    );

  const settings = readGroup(SETTINGS) as Settings;
  if (problems.length === 0) problems.push(...findConflicts(settings));
  if (problems.length > 0) throw new ConfigError(problems);
  return deriveConfig(settings, cwd);
}

const nameOf = (setting: Setting<unknown>, path: string): string => `${setting.env} (${path})`;
