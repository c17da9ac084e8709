/**
 * The conditions of a search, put together from fixed texts; what the caller gave travels as parameters alone.
 * Such a statement has no name, so that it is planned for the conditions and values that it has.
 */
export class Where {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** The parameter that stands for the value. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  and(condition: string): void {
    this.#conditions.push(condition);
  }

  /** Adds the condition for a value that was given. */
  given<T>(value: T | null, condition: (parameter: string) => string): void {
    if (value !== null) this.and(condition(this.value(value)));
  }

  get text(): string {
    return this.#conditions.length === 0 ? 'true' : this.#conditions.join(' AND ');
  }
}
