import {
  effectiveStatus,
  type AccountPage,
  type AccountPlace,
  type AccountQuery,
  type AccountSearch,
  type User,
} from '#domain/identity';
import { findUser } from './in-memory-accounts.js';
import type { InMemoryDatabase } from './in-memory-database.js';

export class InMemoryAccountSearch implements AccountSearch {
  constructor(private readonly database: InMemoryDatabase) {}

  async search(query: AccountQuery, now: Date): Promise<AccountPage> {
    const { tables } = this.database;
    const prefix = query.startsWith?.toLowerCase() ?? null;
    const rest = tables.users
      .map(({ id }) => findUser(tables, id)!)
      .filter((user) => passes(user, query, now))
      .flatMap((user) => placeOf(user, prefix))
      .sort((a, b) => (prefix === null ? compare(b.place, a.place) : compare(a.place, b.place)))
      .filter(({ place }) => {
        if (!query.after) return true;
        return prefix === null ? compare(place, query.after) < 0 : compare(place, query.after) > 0;
      });
    const page = rest.slice(0, query.limit);
    return {
      accounts: page.map(({ user }) => user),
      next: rest.length > query.limit ? (page.at(-1)?.place ?? null) : null,
    };
  }
}

function passes({ state }: User, { status, role, createdFrom, createdTo }: AccountQuery, now: Date): boolean {
  return (
    (status === null ? state.status !== 'deleted' : effectiveStatus(state, now) === status) &&
    (role === null || state.roles.includes(role)) &&
    (createdFrom === null || state.createdAt >= createdFrom) &&
    (createdTo === null || state.createdAt < createdTo)
  );
}

/** Nothing for an account that does not match. */
function placeOf(user: User, prefix: string | null): { user: User; place: AccountPlace }[] {
  const { id, createdAt, profile, identifiers } = user.state;
  if (prefix === null) return [{ user, place: { key: createdAt.toISOString(), id } }];
  const [first] = [
    ...identifiers.map(({ identifier }) => ['i', identifier.value] as const),
    ...(profile.displayName === null ? [] : [['n', profile.displayName.toLowerCase()] as const]),
  ]
    .filter(([, text]) => text.startsWith(prefix))
    .map((match) => match.join(''))
    .sort(byCodePoint);
  return first === undefined ? [] : [{ user, place: { key: first, id } }];
}

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const compare = (a: AccountPlace, b: AccountPlace): number =>
  byCodePoint(a.key, b.key) || byCodePoint(a.id, b.id);
