import { accountAlert, operatorAlert } from './alerts.en.js';
import { deviceName } from './device-name.js';
import { smsHint, utcFormats, type LetterWriter, type AccountAlertNotice, type NoticeOf } from './letter.js';

const { date, time } = utcFormats('en');
const minutes = (n: number): string => (n === 1 ? '1 minute' : `${n} minutes`);
const hours = (n: number): string => (n === 1 ? '1 hour' : `${n} hours`);

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
          'To sign in, ask for a code, which is sent to where you read this, or use your password if you chose one.',
        ],
        closing: 'You receive this because it was confirmed here that the account is yours.',
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
    case 'verify-email': {
      const { token, registeredAt, validHours } = notification;
      return {
        subject: `Confirm your address for ${product}`,
        preview: `The link is valid for ${hours(validHours)}.`,
        heading: 'Confirm your address',
        paragraphs: [
          `Somebody registered with ${product} and gave this address. If it was you, confirm it, and the account is yours.`,
          `The link is valid for ${hours(validHours)} and works once.`,
        ],
        link: { label: 'Confirm address', purpose: 'verify-email', token },
        details: [{ label: 'Registered', value: time(registeredAt) }],
        closing:
          'If you did not register just then, do not use the link: the account has a password that you do not know. Without the link, it is erased.',
        sms: null,
      };
    }
    case 'already-registered':
      return {
        subject: `You have an account with ${product}`,
        preview: 'Somebody tried to register with your address.',
        heading: 'You have an account already',
        paragraphs: [
          `Somebody tried to register with ${product} and gave this address, which belongs to your account already.`,
          'If it was you, sign in as usual. If you forgot your password, ask for a new one there.',
        ],
        details: [{ label: 'Time', value: time(notification.at) }],
        closing: 'If it was not you, there is nothing to do: your account was not changed.',
        sms: null,
      };
    case 'reset-password': {
      const { token, validMinutes } = notification;
      return {
        subject: `Choose a new password for ${product}`,
        preview: `The link is valid for ${minutes(validMinutes)}.`,
        heading: 'Choose a new password',
        paragraphs: [
          `Somebody asked for a new password for your ${product} account.`,
          `The link is valid for ${minutes(validMinutes)} and works once. All sessions of the account will end.`,
        ],
        link: { label: 'Choose a password', purpose: 'reset-password', token },
        closing: 'If you did not ask for it, ignore this message: your password stays as it is.',
        sms: null,
      };
    }
    case 'account-notice':
      return 'country' in notification
        ? accountAlert(notification, product)
        : accountNotice(notification, product);
    case 'operator-alert':
      return operatorAlert(notification, product);
  }
};

function accountNotice(
  notification: Exclude<NoticeOf<'account-notice'>, AccountAlertNotice>,
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
  if (notification.notice === 'password-changed') {
    return {
      subject: `Your ${product} password was changed`,
      preview: `${time(notification.at)}`,
      heading: 'Password changed',
      paragraphs: [`The password of your ${product} account was changed, and its other sessions have ended.`],
      details: [{ label: 'Time', value: time(notification.at) }],
      closing: 'If this was not you, ask for a new password at once, and check the contacts of your account.',
      sms: `The password of your ${product} account was changed. Not you? Ask for a new one at once.`,
    };
  }
  if (notification.notice === 'locked-out') {
    const { until, address } = notification;
    return {
      subject: `Your ${product} account is locked for a while`,
      preview: `Until ${time(until)}`,
      heading: 'Too many wrong passwords',
      paragraphs: [
        `Somebody kept entering wrong passwords for your ${product} account, so no password is accepted for a while. Devices that you signed in on before are not affected.`,
      ],
      details: [
        { label: 'Until', value: time(until) },
        { label: 'Address', value: address },
      ],
      closing: 'A new password unlocks the account at once: ask for one where you sign in.',
      sms: `Too many wrong passwords: your ${product} account is locked until ${time(until)}.`,
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
