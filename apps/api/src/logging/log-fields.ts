/** A line of which every word is ours, so that nothing of it needs to be scrubbed. */
export class LogFields {
  constructor(
    readonly text: string,
    readonly fields: Readonly<Record<string, string | number>>,
  ) {}
}
