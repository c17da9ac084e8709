import type { DeadLetter, DeadLetterIntake, DeadLetters } from '#domain/audit';
import type { InMemoryDatabase, Tables } from './in-memory-database.js';

export class InMemoryDeadLetterIntake implements DeadLetterIntake {
  constructor(private readonly tables: Tables) {}

  add(letters: readonly DeadLetter[]): void {
    const newer = new Set(letters.map(({ id }) => id));
    const others = this.tables.deadLetters.filter(({ id }) => !newer.has(id));
    this.tables.deadLetters = structuredClone([...others, ...letters]);
  }
}

export class InMemoryDeadLetters implements DeadLetters {
  constructor(private readonly database: InMemoryDatabase) {}

  list(after: number, limit: number): Promise<readonly DeadLetter[]> {
    const later = this.database.tables.deadLetters.filter(({ position }) => position > after);
    return Promise.resolve(later.sort((a, b) => a.position - b.position).slice(0, limit));
  }

  count(): Promise<number> {
    return Promise.resolve(this.database.tables.deadLetters.length);
  }

  update(letters: readonly DeadLetter[]): Promise<void> {
    return this.database.transaction((tables) =>
      Promise.resolve(new InMemoryDeadLetterIntake(tables).add(letters)),
    );
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.database.transaction((tables) => {
      tables.deadLetters = tables.deadLetters.filter(({ id }) => !ids.includes(id));
      return Promise.resolve();
    });
  }
}
