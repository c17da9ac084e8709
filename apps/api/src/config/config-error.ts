export interface ConfigProblem {
  /** The setting's name in the environment and its path in the YAML file, or the file itself. */
  readonly where: string;
  readonly message: string;
}

/** Everything that is wrong with the configuration, at once; never with the values, which may be secrets. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ where, message }) => `  - ${where} ${message}`);
    super(`The configuration is not valid:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
  }
}
