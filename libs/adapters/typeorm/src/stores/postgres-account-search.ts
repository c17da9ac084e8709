import type { AccountPage, AccountPlace, AccountQuery, AccountSearch } from '#domain/identity';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { toUser, USER_COLUMNS, type IdentifierRow, type UserRow } from './postgres-accounts.js';
import { Where } from './where.js';

/** As the indexes have them: by code point, so that a prefix is a range whatever the database's language is. */
const NAME = 'lower(u.display_name) COLLATE "C"';
const IDENTIFIER = 'i.value COLLATE "C"';

/** What a place's key begins with. */
const [BY_IDENTIFIER, BY_NAME] = ['i', 'n'];

const IDENTIFIERS = statement(
  'account_search_identifiers',
  `SELECT user_id, kind, value, id, verified_at FROM gatehouse.user_identifiers
   WHERE user_id = ANY($1) ORDER BY id`,
);

type FoundRow = UserRow & { readonly key: string };

export class PostgresAccountSearch implements AccountSearch {
  constructor(private readonly db: Queryable) {}

  async search(query: AccountQuery, now: Date): Promise<AccountPage> {
    const wanted = query.limit + 1;
    const found: FoundRow[] = [];
    for (const walk of query.startsWith === null ? [newestFirst] : [byIdentifier, byName]) {
      if (found.length === wanted) break;
      const where = conditionsOf(query, now);
      const text = walk(query, where);
      if (text === null) continue;
      const limit = where.value(wanted - found.length);
      const { rows } = await this.db.query<FoundRow>({ text: `${text} LIMIT ${limit}` }, where.values);
      found.push(...rows);
    }
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    return {
      accounts: await this.#withIdentifiers(page),
      next: last ? { key: last.key, id: last.id } : null,
    };
  }

  async #withIdentifiers(page: readonly FoundRow[]): Promise<AccountPage['accounts']> {
    if (page.length === 0) return [];
    const ids = page.map(({ id }) => id);
    const { rows } = await this.db.query<IdentifierRow & { readonly user_id: string }>(IDENTIFIERS, [ids]);
    const held = Map.groupBy(rows, ({ user_id }) => user_id);
    return page.map((row) => toUser(row, held.get(row.id) ?? []));
  }
}

function conditionsOf({ status, role, createdFrom, createdTo }: AccountQuery, now: Date): Where {
  const where = new Where();
  switch (status) {
    case null:
      where.and(`u.status <> 'deleted'`);
      break;
    case 'locked':
      where.and(`u.status = 'active' AND u.locked_until > ${where.value(now)}`);
      break;
    case 'active':
      where.and(`u.status = 'active' AND (u.locked_until IS NULL OR u.locked_until <= ${where.value(now)})`);
      break;
    default:
      where.and(`u.status = ${where.value(status)}`);
  }
  where.given(role && [role], (wanted) => `u.roles @> ${wanted}::text[]`);
  where.given(createdFrom, (from) => `u.created_at >= ${from}`);
  where.given(createdTo, (to) => `u.created_at < ${to}`);
  return where;
}

/** The key is exact: whatever writes an account takes the time from a clock of milliseconds. */
function newestFirst({ after }: AccountQuery, where: Where): string {
  if (after) {
    const place = `(${where.value(new Date(after.key))}::timestamptz, ${where.value(after.id)}::uuid)`;
    where.and(`(u.created_at, u.id) < ${place}`);
  }
  return `SELECT ${USER_COLUMNS},
            to_char(u.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS key
          FROM gatehouse.users u WHERE ${where.text} ORDER BY u.created_at DESC, u.id DESC`;
}

/** Those who match by an identifier, each at the first that does. Null where the page begins among the names. */
function byIdentifier({ startsWith, after }: AccountQuery, where: Where): string | null {
  if (after && !after.key.startsWith(BY_IDENTIFIER)) return null;
  const prefix = prefixOf(where, startsWith);
  where.and(`${IDENTIFIER} ^@ ${prefix}`);
  where.and(`NOT EXISTS (${identifiersOf('u.id', prefix)} AND o.value COLLATE "C" < ${IDENTIFIER})`);
  if (after) where.and(`(${IDENTIFIER}, i.user_id) > ${placeOf(where, after)}`);
  return `SELECT ${USER_COLUMNS}, '${BY_IDENTIFIER}' || i.value AS key
          FROM gatehouse.user_identifiers i JOIN gatehouse.users u ON u.id = i.user_id
          WHERE ${where.text} ORDER BY ${IDENTIFIER}, i.user_id`;
}

/** Those who match by their name alone. */
function byName({ startsWith, after }: AccountQuery, where: Where): string {
  const prefix = prefixOf(where, startsWith);
  where.and(`${NAME} ^@ ${prefix}`);
  where.and(`NOT EXISTS (${identifiersOf('u.id', prefix)})`);
  if (after?.key.startsWith(BY_NAME)) where.and(`(${NAME}, u.id) > ${placeOf(where, after)}`);
  return `SELECT ${USER_COLUMNS}, '${BY_NAME}' || lower(u.display_name) AS key
          FROM gatehouse.users u WHERE ${where.text} ORDER BY ${NAME}, u.id`;
}

const prefixOf = (where: Where, startsWith: string | null): string =>
  `lower(${where.value(startsWith)}::text) COLLATE "C"`;

const placeOf = (where: Where, { key, id }: AccountPlace): string =>
  `(${where.value(key.slice(1))}::text COLLATE "C", ${where.value(id)}::uuid)`;

const identifiersOf = (userId: string, prefix: string): string =>
  `SELECT FROM gatehouse.user_identifiers o WHERE o.user_id = ${userId} AND o.value COLLATE "C" ^@ ${prefix}`;
