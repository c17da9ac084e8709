import type { AccountAlert, OperatorAlert } from '#domain/notification';
import { countryNames, utcFormats, type AccountAlertNotice, type Letter, type NoticeOf } from './letter.js';

const { time } = utcFormats('en');
const countryName = countryNames('en');

type Words = Pick<Letter, 'subject' | 'heading' | 'closing' | 'sms'> & { readonly what: string };

const ACCOUNT: Record<AccountAlert, (product: string, at: string, from: string) => Words> = {
  'refresh-reused': (product, at) => ({
    subject: `A session of your ${product} account was ended`,
    heading: 'A session was used twice',
    what: `What keeps you signed in to ${product} was used a second time, as happens when it was copied off a device. The session was ended, for you and for whoever copied it.`,
    closing:
      'Sign in again, and choose a new password if you have one. If it happens again, check your devices for programs that you do not know.',
    sms: `A session of your ${product} account was used twice and has been ended, ${at}. Not you? End all other sessions.`,
  }),
  'unusual-sign-in': (product, at, from) => ({
    subject: `Sign-in to your ${product} account from an unusual place`,
    heading: 'Sign-in from an unusual place',
    what: `Your ${product} account was used from a place that is unusual for it.`,
    closing: 'Was this you? Then there is nothing to do. If not, sign in and end that session.',
    sms: `Unusual sign-in to your ${product} account, ${at}, from ${from}. Not you? End that session.`,
  }),
  'roles-changed': (product, at) => ({
    subject: `What your ${product} account may do was changed`,
    heading: 'Rights changed',
    what: `The rights of your ${product} account were changed: some were given, or taken away.`,
    closing: 'If you did not expect this, ask whoever runs the service.',
    sms: `The rights of your ${product} account were changed, ${at}. If you did not expect this, ask why.`,
  }),
  'many-failures': (product, at, from) => ({
    subject: `Many failed sign-ins to your ${product} account`,
    heading: 'Many failed sign-ins',
    what: `There were many failed attempts to sign in to your ${product} account in a short time.`,
    closing:
      'If these were not yours, never pass a code on, and use a long password that you use nowhere else.',
    sms: `Many failed sign-ins to your ${product} account, ${at}, from ${from}. Never pass a code on.`,
  }),
};

export function accountAlert({ notice, at, address, country }: AccountAlertNotice, product: string): Letter {
  const { what, ...words } = ACCOUNT[notice](product, time(at), address);
  return {
    ...words,
    preview: `${time(at)}, from ${address}`,
    paragraphs: [what],
    details: [
      { label: 'Time', value: time(at) },
      ...(country ? [{ label: 'Place', value: countryName(country) }] : []),
      { label: 'Address', value: address },
    ],
  };
}

const TITLES: Record<OperatorAlert, string> = {
  'many-failures': 'Many failed sign-ins',
  'new-device': 'Sign-ins on new devices',
  'unusual-place': 'Sign-ins from new countries',
  'impossible-travel': 'Impossible travel',
  'refresh-reuse': 'Refresh tokens used twice',
  lockout: 'Accounts locked after wrong passwords',
  'role-change': 'Roles changed',
  'address-blocked': 'Addresses blocked',
};

const PHASES = {
  opened: 'This has begun. The next message comes when it is over, or a hundred times as large.',
  grown: 'This has become a hundred times as large as it was when you were last told.',
  closed: 'This is over. These are the numbers of all of it.',
};

export function operatorAlert(alert: NoticeOf<'operator-alert'>, product: string): Letter {
  const title = TITLES[alert.kind];
  return {
    subject: `${product}: ${alert.phase === 'closed' ? 'over: ' : ''}${title} (${alert.severity})`,
    preview: `${alert.count} since ${time(alert.openedAt)}`,
    heading: title,
    paragraphs: [PHASES[alert.phase]],
    details: [
      { label: 'Severity', value: alert.severity },
      { label: 'Events', value: `${alert.count}` },
      { label: 'Accounts', value: `${alert.accounts}` },
      { label: 'Addresses', value: `${alert.addresses}` },
      { label: 'First', value: time(alert.openedAt) },
      { label: 'Last', value: time(alert.lastAt) },
      { label: 'Alert', value: alert.id },
    ],
    closing: 'Which accounts and addresses these are is in the alert itself, for those who may read it.',
    sms: null,
  };
}
