import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork, InProcessSessionEvents } from '#adapters/memory';
import type { SetupSecrets } from '#domain/access';
import { Identifier, type User, type UserState } from '#domain/identity';
import { aUser, proved } from '#domain/identity/testing';
import { hours, minutes, Secret } from '#domain/kernel';
import { anOrigin, FixedClock, inParallel, outcomeOf, SequentialIds, tally } from '#domain/kernel/testing';
import { CompleteSetup } from './complete-setup.use-case.js';
import { CreateFirstAdministrator } from './create-first-administrator.use-case.js';
import { OfferSetup } from './offer-setup.use-case.js';

class CountedSecrets implements SetupSecrets {
  #count = 0;
  generate = () => new Secret(`secret-${++this.#count}`);
  digest = (secret: string) => `digest of ${secret}`;
}

const parse = (input: string) => Identifier.of('email', input);
const parser = { parse, parseLogin: parse, parseUsername: parse };

describe('The first administrator', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let clock: FixedClock;
  let offer: OfferSetup;
  let complete: CompleteSetup;
  let create: CreateFirstAdministrator;

  beforeEach(() => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    clock = new FixedClock();
    const secrets = new CountedSecrets();
    offer = new OfferSetup(unitOfWork, secrets, clock);
    complete = new CompleteSetup(unitOfWork, secrets, new InProcessSessionEvents(), clock);
    const signUp = { open: false, roles: ['user'] };
    create = new CreateFirstAdministrator(unitOfWork, parser, new SequentialIds(), clock, signUp);
  });

  const insert = async (overrides: Partial<UserState> = {}): Promise<User> => {
    const user = aUser(overrides);
    await unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    return user;
  };
  const offered = async () => (await offer.execute())!.expose();
  const redeem = ({ id }: User, token: string) => complete.execute({ token, userId: id, origin: anOrigin() });
  const createAs = (identifier: string) => create.execute({ identifier, origin: anOrigin() });
  const administrators = () => database.tables.users.filter(({ roles }) => roles.includes('admin'));
  const audited = () =>
    database.tables.audit.map(({ action, result, reason, userId }) => ({ action, result, reason, userId }));

  it('is whoever brings the printed token, and keeps the roles that they have', async () => {
    const [user, token] = [await insert({ roles: ['user', 'moderator'] }), await offered()];
    expect((await redeem(user, token)).state.roles).toEqual(['user', 'moderator', 'admin']);
    expect(administrators().map(({ id }) => id)).toEqual([user.id]);
    const row = {
      action: 'administrator.appointed',
      result: 'success',
      reason: 'setup-link',
      userId: user.id,
    };
    expect(audited()).toEqual([row]);
  });

  it('is not found out from what is stored', async () => {
    const token = await offered();
    expect(database.tables.setupTokens.map(({ digest }) => digest)).toEqual([`digest of ${token}`]);
  });

  it('is one of ten who bring the same token at once', async () => {
    const [users, token] = [await inParallel(10, () => insert()), await offered()];
    const outcomes = await Promise.all(users.map((user) => outcomeOf(redeem(user, token))));
    expect(tally(outcomes)).toEqual({ done: 1, 'administrator-exists': 9 });
    expect(administrators()).toHaveLength(1);
  });

  it('is one of ten who bring tokens of their own, printed by as many instances', async () => {
    const attempts = await inParallel(10, async () => [await insert(), await offered()] as const);
    const outcomes = await Promise.all(attempts.map(([user, token]) => outcomeOf(redeem(user, token))));
    expect(tally(outcomes)).toEqual({ done: 1, 'administrator-exists': 9 });
  });

  it('is nobody who guesses or comes late, and the attempt is on record', async () => {
    const [user, token] = [await insert(), await offered()];
    expect(await outcomeOf(redeem(user, 'guess'))).toBe('invalid-setup-token');
    clock.advance(hours(1));
    expect(await outcomeOf(redeem(user, token))).toBe('invalid-setup-token');
    const row = { action: 'administrator.appointed', result: 'failure', reason: 'invalid-setup-token' };
    expect(audited()).toEqual([
      { ...row, userId: user.id },
      { ...row, userId: user.id },
    ]);
    expect(administrators()).toEqual([]);
  });

  it('leaves no token good once there is one, also when they go again', async () => {
    const [first, second, token, other] = [await insert(), await insert(), await offered(), await offered()];
    await redeem(first, token);
    expect(await offer.execute()).toBeNull();
    await unitOfWork.run(async ({ accounts }) => accounts.update(first.withRoles([], clock.now())));
    expect(await outcomeOf(redeem(second, other))).toBe('invalid-setup-token');
    expect(await outcomeOf(redeem(second, await offered()))).toBe('done');
  });

  it('can be made from the command line, where an account that is there is taken', async () => {
    const made = await createAs('ada@example.com');
    expect(made.state).toMatchObject({ status: 'active', roles: ['user', 'admin'] });
    expect(made.identifiers.map(({ identifier }) => identifier.value)).toEqual(['ada@example.com']);
    expect(await outcomeOf(createAs('bob@example.com'))).toBe('administrator-exists');
    const row = { action: 'administrator.appointed', result: 'success', reason: 'command-line' };
    expect(audited()).toEqual([{ ...row, userId: made.id }]);
  });

  it('is an account that has the identifier already, unless that could not sign in', async () => {
    const holder = (status: UserState['status'], value: string) =>
      insert({ status, identifiers: [proved(Identifier.of('email', value))] });
    await holder('suspended', 'sue@example.com');
    const ada = await holder('active', 'ada@example.com');
    expect(await outcomeOf(createAs('sue@example.com'))).toBe('account-suspended');
    expect((await createAs('ada@example.com')).id).toBe(ada.id);
  });

  it('is nobody whom no code could reach', async () => {
    expect(await outcomeOf(createAs('ada'))).toBe('invalid-identifier');
  });

  it('is one, from the command line and by link at once', async () => {
    const [user, token] = [await insert(), await offered()];
    clock.advance(minutes(1));
    const outcomes = await Promise.all([
      outcomeOf(createAs('ada@example.com')),
      outcomeOf(redeem(user, token)),
      outcomeOf(createAs('bob@example.com')),
    ]);
    expect(tally(outcomes)).toEqual({ done: 1, 'administrator-exists': 2 });
    expect(administrators()).toHaveLength(1);
  });
});
