import { existsSync, readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { ConfigProblem } from './config-error.js';
import { eachSetting, isSetting, type SettingGroup } from './setting.js';

export interface YamlSettings {
  /** What people wrote, by dotted path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

const NOTHING: YamlSettings = { texts: new Map(), problems: [] };

/** Reads the file where there is one; `required` makes its absence a problem. */
export function readYamlSettings(file: string, settings: SettingGroup, required: boolean): YamlSettings {
  if (!existsSync(file)) {
    return required ? { ...NOTHING, problems: [{ where: file, message: 'does not exist' }] } : NOTHING;
  }
  const lines = new LineCounter();
  // Failsafe: every scalar stays the text that was written, so `+15005550006` and `010` keep their form and
  // there is one way to read a value, wherever it comes from.
  const document = parseDocument(readFileSync(file, 'utf8'), {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
  });
  if (document.errors.length > 0) {
    // Only the place: the parser's messages quote the file, which may hold secrets.
    const problems = document.errors.map(({ code, pos }) => ({
      where: file,
      message: `is not valid YAML at line ${lines.linePos(pos[0]).line} (${code})`,
    }));
    return { ...NOTHING, problems };
  }
  const texts = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const root: unknown = document.toJS() ?? {};
  const reader = new Reader(file, settings, texts, problems);
  if (isMap(root)) reader.read(root, settings, '');
  else if (root !== '') problems.push({ where: file, message: 'must be a map of settings' });
  return { texts, problems };
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Reader {
  constructor(
    private readonly file: string,
    private readonly root: SettingGroup,
    private readonly texts: Map<string, string>,
    private readonly problems: ConfigProblem[],
  ) {}

  read(values: Record<string, unknown>, group: SettingGroup, prefix: string): void {
    for (const [name, value] of Object.entries(values)) {
      const path = prefix + name;
      const entry = Object.hasOwn(group, name) ? group[name] : undefined;
      if (!entry) this.#problem(path, `is not a setting${this.#suggestion(name)}`);
      else if (isSetting(entry)) this.#readLeaf(path, value);
      else if (isMap(value)) this.read(value, entry, `${path}.`);
      else if (value !== '') this.#problem(path, 'must be a map of settings');
    }
  }

  #readLeaf(path: string, value: unknown): void {
    if (typeof value === 'string') this.texts.set(path, value);
    else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
      this.texts.set(path, value.join(','));
    } else this.#problem(path, 'must be a single value or a list of them');
  }

  #suggestion(name: string): string {
    const plain = (text: string): string => text.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
    for (const { path, setting } of eachSetting(this.root)) {
      const leaf = path.slice(path.lastIndexOf('.') + 1);
      if (plain(name) === plain(leaf) || plain(name) === plain(setting.env)) return `; did you mean ${path}?`;
    }
    return '';
  }

  #problem(path: string, message: string): void {
    this.problems.push({ where: `${path} (in ${this.file})`, message });
  }
}
