import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryAccountSearch, InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { at, FixedClock, newId } from '#domain/kernel/testing';
import { aUser, canonicalIdentifierParser, proved } from '#domain/identity/testing';
import { Identifier } from '../model/identifier.vo.js';
import type { AccountQuery } from '../ports/account-search.port.js';
import { SearchAccounts } from './search-accounts.use-case.js';

describe('SearchAccounts', () => {
  let searchAccounts: SearchAccounts;
  const user = aUser({
    profile: { displayName: '+ Plus', locale: null },
    identifiers: [proved(Identifier.of('phone', '+4930901820'))],
    lockedUntil: at(1),
  });

  beforeEach(async () => {
    const database = new InMemoryDatabase();
    await new InMemoryUnitOfWork(database).run(async ({ accounts }) => accounts.insert(user));
    const parser = {
      ...canonicalIdentifierParser,
      parse: (typed: string) => canonicalIdentifierParser.parse(typed.replaceAll(/[ ()-]/g, '')),
    };
    searchAccounts = new SearchAccounts(new InMemoryAccountSearch(database), parser, new FixedClock(at(0)));
  });

  const execute = (query: Partial<AccountQuery>) =>
    searchAccounts.execute({
      startsWith: null,
      status: null,
      role: null,
      createdFrom: null,
      createdTo: null,
      after: null,
      limit: 10,
      ...query,
    });

  it.each([
    ['a whole number as people group it', '+49 (30) 90-18-20', 1],
    ['the beginning of one', '+49 (30) 9', 1],
    ['what only looks like one', '+ plus', 1],
    ['another', '+49 31', 0],
  ])('reads %s', async (_what, startsWith, found) => {
    expect((await execute({ startsWith })).accounts).toHaveLength(found);
  });

  it('asks whether a lock holds at this moment', async () => {
    expect((await execute({ status: 'locked' })).accounts).toHaveLength(1);
    expect((await execute({ status: 'active' })).accounts).toHaveLength(0);
  });

  it.each([
    ['a list', null, 'iada'],
    ['a list', null, '2026-01-15'],
    ['a list', null, '2026-99-15T12:00:00.000Z'],
    ['a search', 'ada', '2026-01-15T12:00:00.000Z'],
    ['a search', 'ada', 'i'],
    ['a search', 'ada', 'xada'],
  ])('refuses a place that is none in %s (%s): %s', async (_what, startsWith, key) => {
    const attempt = execute({ startsWith, after: { key, id: newId() } });
    await expect(attempt).rejects.toMatchObject({ kind: 'invalid', code: 'invalid-cursor' });
  });
});
