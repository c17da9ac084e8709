import { Counter, type Registry } from 'prom-client';

/** The names of labels, each with every value that it may have. */
export type ClosedLabels = Readonly<Record<string, readonly string[]>>;

export type LabelsOf<L extends ClosedLabels> = { readonly [Name in keyof L & string]: L[Name][number] };

/** Every member of a union: one that is added to the union does not compile until it is added here. */
export const every = <Union extends string>(members: Readonly<Record<Union, true>>): readonly Union[] =>
  Object.keys(members) as Union[];

/**
 * A counter whose series all exist from the start: traffic cannot add one, whatever it says, and an alert sees the
 * first event as a rise from zero. A series that began with its first event would hide exactly that one.
 */
export class ClosedCounter<const L extends ClosedLabels> {
  readonly #counter: Counter;

  constructor(registry: Registry, name: string, help: string, labels: L) {
    this.#counter = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] });
    for (const combination of combinationsOf(labels)) this.#counter.inc(combination, 0);
  }

  inc(labels: LabelsOf<L>, by = 1): void {
    this.#counter.inc(labels, by);
  }
}

const combinationsOf = (labels: ClosedLabels): readonly Readonly<Record<string, string>>[] =>
  Object.entries(labels).reduce<readonly Readonly<Record<string, string>>[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
