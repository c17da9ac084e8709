import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { aUser } from '#domain/identity/testing';
import { days, hours } from '#domain/kernel';
import { anOrigin, FixedClock, SequentialIds } from '#domain/kernel/testing';
import { aSignInGate } from '#domain/session/testing';
import type { KnownDevice } from '../model/device-recognition.js';

interface Arrival {
  readonly userAgent?: string;
  readonly address?: string;
  readonly device?: KnownDevice | null;
}

const profile = { displayName: null, locale: null };

describe('A sign-in that looks like a thief’s', () => {
  const abroad = { address: '198.51.100.1', userAgent: 'Safari' };
  const user = aUser();
  let database: InMemoryDatabase;
  let signIn: (arrival?: Arrival) => Promise<KnownDevice & { readonly reasons: readonly string[] }>;
  let clock: FixedClock;

  beforeEach(async () => {
    clock = new FixedClock();
    database = new InMemoryDatabase();
    const unitOfWork = new InMemoryUnitOfWork(database);
    await unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    const gate = aSignInGate(new SequentialIds());
    signIn = ({ device = null, ...from }: Arrival = {}) =>
      unitOfWork.run(async (tx) => {
        const { identifier } = user.identifiers[0]!;
        const proof = { identifier, method: 'otp', profile, device, failedAttempts: 0 } as const;
        const candidate = await gate.candidate(tx, identifier, clock.now());
        const decision = gate.admit(tx, candidate, proof, anOrigin(from), clock.now());
        if (decision.outcome === 'refused') throw decision.error;
        return { ...decision.device, reasons: decision.session.state.risk.reasons };
      });
    await signIn();
    clock.advance(hours(48));
  });

  it.each<[string, (device: KnownDevice) => Arrival]>([
    ['with its token', (device) => ({ device })],
    ['without', () => ({})],
    ['looking different', () => ({ userAgent: 'Opera' })],
  ])('makes neither device nor country familiar for who comes back %s', async (_how, coming) => {
    const device = await signIn(abroad);
    for (let i = 0; i < 3; i++) {
      clock.advance(hours(1));
      const { reasons } = await signIn({ ...abroad, ...coming(device) });
      expect(reasons).toEqual(['new-device', 'new-country']);
    }
  });

  it('does not make the owner at home look like one', async () => {
    await signIn(abroad);
    expect((await signIn()).reasons).toEqual([]);
  });

  it('is not that of an owner abroad, on their own device at an hour that is odd at home', async () => {
    const device = await signIn();
    for (let i = 0; i < 30; i++) {
      clock.advance(days(1));
      await signIn({ device });
    }
    clock.advance(days(1) + hours(12));
    const travelling = { address: abroad.address, device };
    expect((await signIn(travelling)).reasons).toEqual(['new-country', 'unusual-hour']);
    expect((await signIn(travelling)).reasons).not.toContain('new-country');
  });

  it('is told of each time, as alerts of new places rely on', async () => {
    const device = await signIn(abroad);
    const told = database.tables.outbox.length;
    await signIn({ ...abroad, device });
    await signIn(abroad);
    expect(database.tables.outbox).toHaveLength(told + 2);
  });

  it('makes them familiar when nobody objected for a week', async () => {
    const device = await signIn(abroad);
    clock.advance(days(7));
    await signIn({ ...abroad, device });
    expect((await signIn({ ...abroad, device })).reasons).toEqual([]);
  });
});
