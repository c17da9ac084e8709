import { Secret } from '#domain/kernel';
import type { Message, MessageContent } from '#domain/notification';

type Overrides = Partial<Omit<Message, 'to' | 'content'>> & {
  readonly to?: string;
  readonly content?: Partial<MessageContent>;
};

/** A code by email, made at `FixedClock`'s start and good for two minutes. */
export const aMessage = ({ to = 'ada@example.com', content, ...overrides }: Overrides = {}): Message => ({
  id: '0190b5c8-0000-7000-8000-00000000a11c.0',
  channel: 'email',
  template: 'otp-code',
  locale: 'en',
  createdAt: new Date('2026-01-15T12:00:00.000Z'),
  expiresAt: new Date('2026-01-15T12:02:00.000Z'),
  ...overrides,
  to: new Secret(to),
  content: new Secret({
    subject: 'Your code',
    text: 'Your code is 482913\n',
    html: '<p>Your code is 482913</p>',
    code: '482913',
    ...content,
  }),
});

/** The same by SMS. */
export const anSms = ({ content, ...overrides }: Overrides = {}): Message =>
  aMessage({
    id: '0190b5c8-0000-7000-8000-000000000515.0',
    channel: 'sms',
    to: '+14155550123',
    ...overrides,
    content: { subject: '', html: null, text: '482913 is your code', ...content },
  });
