import type { AuditCursors, CursorMoves } from '#domain/audit';
import type { InMemoryDatabase, Tables } from './in-memory-database.js';

export class InMemoryCursorMoves implements CursorMoves {
  constructor(private readonly tables: Tables) {}

  advance(name: string, from: number, to: number): Promise<boolean> {
    const cursor = cursorIn(this.tables, name);
    const won = cursor.position === from;
    if (won) cursor.position = to;
    return Promise.resolve(won);
  }
}

export class InMemoryAuditCursors implements AuditCursors {
  constructor(private readonly database: InMemoryDatabase) {}

  position(name: string): Promise<number> {
    return Promise.resolve(cursorIn(this.database.tables, name).position);
  }

  advance(name: string, from: number, to: number): Promise<boolean> {
    return this.database.transaction((tables) => new InMemoryCursorMoves(tables).advance(name, from, to));
  }

  lease(name: string, holder: string, now: Date, until: Date): Promise<boolean> {
    return this.database.transaction((tables) => {
      const cursor = cursorIn(tables, name);
      const free = cursor.holder === holder || cursor.leasedUntil === null || cursor.leasedUntil <= now;
      if (free) Object.assign(cursor, { holder, leasedUntil: until });
      return Promise.resolve(free);
    });
  }
}

function cursorIn(tables: Tables, name: string): Tables['cursors'][number] {
  const known = tables.cursors.find((cursor) => cursor.name === name);
  if (known) return known;
  const cursor = { name, position: 0, holder: null, leasedUntil: null };
  tables.cursors.push(cursor);
  return cursor;
}
