import { deviceName } from './device-name.js';
import { smsHint, utcFormats, type LetterWriter } from './letter.js';

const { date, time } = utcFormats('en');
const minutes = (n: number): string => (n === 1 ? '1 minute' : `${n} minutes`);

const CODE_USE = {
  'sign-in': (product: string) => `Enter this code to sign in to ${product}.`,
  register: (product: string) => `Enter this code to continue with ${product}.`,
  'add-identifier': (product: string) =>
    `Enter this code to confirm this contact for your ${product} account.`,
};

export const english: LetterWriter = (notification, product) => {
  switch (notification.template) {
    case 'otp-code': {
      const { code, purpose, validMinutes } = notification;
      return {
        subject: `Your ${product} code`,
        preview: `${code} is your code, valid for ${minutes(validMinutes)}.`,
        heading: 'Your code',
        paragraphs: [CODE_USE[purpose](product), `It is valid for ${minutes(validMinutes)} and works once.`],
        code,
        closing:
          'Never pass this code on: we will not ask you for it. If you did not request it, ignore this message.',
        sms: `${code} is your ${product} code, valid for ${minutes(validMinutes)}. Never pass it on.`,
      };
    }
    case 'welcome':
      return {
        subject: `Welcome to ${product}`,
        preview: 'Your account is ready.',
        heading: notification.displayName ? `Welcome, ${notification.displayName}` : 'Welcome',
        paragraphs: [
          `Your ${product} account is ready.`,
          'To sign in, ask for a code: it is sent to where you read this.',
        ],
        closing: 'You receive this because a code sent here was used to open the account.',
        sms: `Welcome to ${product}. Your account is ready: sign in with a code sent to this number.`,
      };
    case 'new-sign-in': {
      const { displayName, address, userAgent, at } = notification;
      return {
        subject: `New sign-in to your ${product} account`,
        preview: `${time(at)}, from ${address}`,
        heading: 'New sign-in',
        paragraphs: [
          `${displayName ? `Hello ${displayName}, your` : 'Your'} ${product} account was used on a device that is new to it.`,
        ],
        details: [
          { label: 'Time', value: time(at) },
          { label: 'Device', value: deviceName(userAgent) || 'unknown' },
          { label: 'Address', value: address },
        ],
        closing: 'Was this you? Then there is nothing to do. If not, sign in and end that session.',
        sms: `New sign-in to your ${product} account, ${time(at)}, from ${address}. Not you? End that session.`,
      };
    }
    case 'account-notice':
      return accountNotice(notification, product);
  }
};

function accountNotice(
  notification: Extract<Parameters<LetterWriter>[0], { template: 'account-notice' }>,
  product: string,
): ReturnType<LetterWriter> {
  if (notification.notice === 'account-deleted') {
    const until = date(notification.restorableUntil);
    return {
      subject: `Your ${product} account was deleted`,
      preview: `It can be restored until ${until}.`,
      heading: 'Account deleted',
      paragraphs: [
        `Your ${product} account was deleted and all its sessions have ended.`,
        `It can be restored on request until ${until}. After that it is erased.`,
      ],
      closing: 'If this was not you, ask for it to be restored.',
      sms: `Your ${product} account was deleted. It can be restored on request until ${until}.`,
    };
  }
  const { identifierHint: hint, at } = notification;
  const details = [{ label: 'Time', value: time(at) }];
  return notification.notice === 'identifier-added'
    ? {
        subject: `A contact was added to your ${product} account`,
        preview: `${hint} can now sign in.`,
        heading: 'Contact added',
        paragraphs: [`From now on, ${hint} can be used to sign in to your ${product} account.`],
        details,
        closing: 'If this was not you, sign in, remove it and end all other sessions.',
        sms: `${smsHint(hint)} can now sign in to your ${product} account. Not you? Remove it.`,
      }
    : {
        subject: `A contact was removed from your ${product} account`,
        preview: `${hint} can no longer sign in.`,
        heading: 'Contact removed',
        paragraphs: [`${hint} can no longer be used to sign in to your ${product} account.`],
        details,
        closing: 'If this was not you, sign in with another contact and end all other sessions.',
        sms: `${smsHint(hint)} can no longer sign in to your ${product} account. Not you? Sign in and check it.`,
      };
}
