import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryAccountDirectory, InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { anOrigin, at, FixedClock, inParallel } from '#domain/kernel/testing';
import { aDeletedUser, aUser } from '#domain/identity/testing';
import type { Profile } from '../model/user.entity.js';
import { UpdateProfile } from './update-profile.use-case.js';

const origin = anOrigin();

describe('UpdateProfile', () => {
  let database: InMemoryDatabase;
  let updateProfile: UpdateProfile;
  const user = aUser({ profile: { displayName: 'Ada', locale: 'en' } });
  const deleted = aDeletedUser(at(-1));

  beforeEach(async () => {
    database = new InMemoryDatabase();
    const unitOfWork = new InMemoryUnitOfWork(database);
    updateProfile = new UpdateProfile(unitOfWork, new FixedClock(at(1)));
    await unitOfWork.run(async ({ accounts }) => [user, deleted].forEach((each) => accounts.insert(each)));
  });

  const execute = (change: Partial<Profile>, userId = user.id) =>
    updateProfile.execute({ userId, change, origin });
  const stored = async () => (await new InMemoryAccountDirectory(database).findById(user.id))?.state;

  it.each<[Partial<Profile>, Profile]>([
    [{ displayName: 'Countess' }, { displayName: 'Countess', locale: 'en' }],
    [{ locale: 'de' }, { displayName: 'Ada', locale: 'de' }],
    [
      { displayName: null, locale: null },
      { displayName: null, locale: null },
    ],
    [{}, { displayName: 'Ada', locale: 'en' }],
  ])('changes %j and nothing else', async (change, profile) => {
    const expected = { ...user.state, profile, updatedAt: at(1) };
    expect((await execute(change)).state).toEqual(expected);
    expect(await stored()).toEqual(expected);
  });

  it('leaves one audit row that names the fields and not what is in them', async () => {
    await execute({ locale: 'de', displayName: 'Countess' });
    expect(database.tables.audit).toEqual([
      {
        action: 'user.profile-updated',
        result: 'success',
        occurredAt: at(1),
        origin,
        actorId: user.id,
        userId: user.id,
        metadata: { fields: 'displayName,locale' },
      },
    ]);
  });

  it('loses neither of two changes that come at once', async () => {
    await inParallel(2, (i) => execute(i === 0 ? { displayName: 'Countess' } : { locale: 'de' }));
    expect((await stored())?.profile).toEqual({ displayName: 'Countess', locale: 'de' });
  });

  it.each([
    ['unknown', aUser().id],
    ['deleted', deleted.id],
  ])('changes nothing of an account that is %s', async (_what, userId) => {
    await expect(execute({ locale: 'de' }, userId)).rejects.toMatchObject({ code: 'account-not-found' });
    expect(database.tables.audit).toEqual([]);
  });
});
