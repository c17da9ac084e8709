import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { anEmail, aPhone, aUser } from '#domain/identity/testing';
import { minutes, seconds } from '#domain/kernel';
import { at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import { OtpFixture, type OtpFixtureOptions } from '#domain/otp/testing';
import type { RequestSignInCodeCommand } from './request-sign-in-code.use-case.js';

describe('RequestSignInCode', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let fixture: OtpFixture;

  const setUp = (options?: OtpFixtureOptions) => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    fixture = new OtpFixture(unitOfWork, options);
  };
  beforeEach(() => setUp());

  const request = (identifier: string, overrides: Partial<RequestSignInCodeCommand> = {}) =>
    fixture.requestSignInCode.execute({
      identifier,
      channel: null,
      purpose: 'sign-in',
      profile: { displayName: 'Grace', locale: 'de' },
      locale: 'de-AT',
      origin: fixture.origin,
      ...overrides,
    });
  const events = () => database.tables.outbox.map(({ event }) => event);

  it('answers with a sealed challenge and times, and not with the code', async () => {
    const answer = await request(anEmail().value);
    expect(answer).toEqual({ sessionId: expect.any(String), expiresIn: 120, resendIn: 30 });
    expect(JSON.stringify(answer)).not.toContain(fixture.codes.last);
  });

  it('answers, records and publishes the same for a known and an unknown identifier, whatever its state', async () => {
    const traces = [];
    for (const status of [null, 'active', 'suspended', 'deleted'] as const) {
      setUp();
      const { identifiers, ...user } = aUser(status ? { status } : {}).state;
      if (status)
        await unitOfWork.run(async ({ accounts }) => accounts.insert(aUser({ ...user, identifiers })));
      const { value } = identifiers[0]!.identifier;
      const { expiresIn, resendIn } = await request(value);
      const text = JSON.stringify([expiresIn, resendIn, database.tables.audit, database.tables.outbox]);
      traces.push(text.replaceAll(value, 'identifier').replaceAll(events()[0]!.id, 'id'));
    }
    expect(new Set(traces).size).toBe(1);
  });

  it.each([
    ['an email address', anEmail(), 'email'],
    ['a phone', aPhone(), 'sms'],
  ] as const)(
    'sends the code to %s, urgently, with all that the message needs',
    async (_what, identifier, channel) => {
      await request(identifier.value);
      expect(database.tables.outbox).toEqual([
        {
          urgent: true,
          event: {
            id: expect.any(String),
            type: 'otp.requested',
            occurredAt: at(0),
            payload: {
              channel,
              to: identifier.value,
              code: fixture.codes.last,
              locale: 'de-AT',
              expiresAt: at(minutes(2)).toISOString(),
              purpose: 'sign-in',
              onlyKnownAccounts: false,
            },
          },
        },
      ]);
    },
  );

  it.each(['sign-in', 'register'] as const)(
    'tells the worker to keep strangers out while sign-up is closed, to %s',
    async (purpose) => {
      setUp({ signUp: { open: false, roles: [] } });
      await request(anEmail().value, { purpose });
      expect(events()[0]?.payload).toMatchObject({ purpose, onlyKnownAccounts: true });
    },
  );

  it('leaves an audit row that holds neither code nor identifier', async () => {
    const { value } = anEmail();
    await request(value, { purpose: 'register' });
    expect(database.tables.audit).toEqual([
      {
        action: 'otp.requested',
        result: 'success',
        occurredAt: at(0),
        origin: fixture.origin,
        metadata: { purpose: 'register', kind: 'email' },
      },
    ]);
  });

  it('tells of a phone where it is from, and nothing more', async () => {
    await request('+4915123456789');
    const metadata = { purpose: 'sign-in', kind: 'phone', callingCode: '+49' };
    expect(database.tables.audit).toMatchObject([{ action: 'otp.requested', metadata }]);
    expect(JSON.stringify(database.tables.audit)).not.toContain('15123456789');
  });

  it('keeps the code out of the record', async () => {
    await request(anEmail().value);
    const [challenge] = database.tables.challenges;
    // The fixture's MAC is readable; the point is that nothing but the MAC is handed to the store.
    expect(JSON.stringify({ ...challenge, codeMac: '' })).not.toContain(fixture.codes.last);
    expect(challenge?.codeMac).toBe(`${fixture.codes.last} for ${challenge?.challengeId}`);
  });

  it('sends nothing more once the window is full, says when to come back, and puts it on record', async () => {
    const { value } = anEmail();
    for (const time of [0, 30, 60]) {
      await request(value);
      fixture.clock.advance(seconds(time === 60 ? 100 : 30));
    }
    await expect(request(value)).rejects.toMatchObject({
      kind: 'rate-limited',
      code: 'otp-throttled',
      retryAfterSeconds: 600 - 160,
    });
    expect(events()).toHaveLength(3);
    expect(database.tables.audit.at(-1)).toEqual({
      action: 'otp.throttled',
      result: 'failure',
      occurredAt: at(seconds(160)),
      origin: fixture.origin,
      metadata: { purpose: 'sign-in', kind: 'email' },
    });
    fixture.clock.advance(seconds(440));
    await request(value);
    expect(events()).toHaveLength(4);
  });

  it('sends one code to 20 who ask at once, whether to sign in or to register', async () => {
    const { value } = anEmail();
    const outcomes = await inParallel(20, (i) =>
      outcomeOf(request(value, { purpose: i % 2 ? 'sign-in' : 'register' })),
    );
    expect(tally(outcomes)).toEqual({ done: 1, 'otp-throttled': 19 });
    expect(events()).toHaveLength(1);
  });

  it.each<[string, string, Partial<RequestSignInCodeCommand>, OtpFixtureOptions]>([
    ['what is no identifier', 'nonsense', {}, {}],
    ['a text message to an email address', 'ada@example.com', { channel: 'sms' }, {}],
    ['an email to a phone', '+14155550123', { channel: 'email' }, {}],
    ['a phone where no text messages are sent', '+14155550123', {}, { channels: ['email'] }],
  ])('refuses %s, and does nothing', async (_what, identifier, overrides, options) => {
    setUp(options);
    await expect(request(identifier, overrides)).rejects.toMatchObject({ kind: 'invalid' });
    expect(database.tables).toMatchObject({ audit: [], outbox: [], challenges: [] });
  });

  it('takes the channel that reaches the identifier when it is asked for by name', async () => {
    await request(aPhone().value, { channel: 'sms' });
    expect(events()).toHaveLength(1);
  });
});
