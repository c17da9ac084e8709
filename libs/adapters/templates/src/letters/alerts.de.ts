import type { AccountAlert, OperatorAlert } from '#domain/notification';
import { countryNames, utcFormats, type AccountAlertNotice, type Letter, type NoticeOf } from './letter.js';

const { time } = utcFormats('de');
const countryName = countryNames('de');

type Words = Pick<Letter, 'subject' | 'heading' | 'closing' | 'sms'> & { readonly what: string };

const ACCOUNT: Record<AccountAlert, (product: string, at: string, from: string) => Words> = {
  'refresh-reused': (product, at) => ({
    subject: `Eine Sitzung Ihres Kontos bei ${product} wurde beendet`,
    heading: 'Eine Sitzung wurde doppelt benutzt',
    what: `Was Sie bei ${product} angemeldet hält, wurde ein zweites Mal benutzt, wie es vorkommt, wenn es von einem Gerät kopiert wurde. Die Sitzung wurde beendet, für Sie und für den, der sie kopiert hat.`,
    closing:
      'Melden Sie sich neu an, und wählen Sie ein neues Passwort, falls Sie eines haben. Geschieht es wieder, prüfen Sie Ihre Geräte auf Programme, die Sie nicht kennen.',
    sms: `Eine Sitzung bei ${product} wurde doppelt benutzt und beendet, ${at}. Nicht Sie? Beenden Sie alle anderen.`,
  }),
  'unusual-sign-in': (product, at, from) => ({
    subject: `Anmeldung bei Ihrem Konto bei ${product} von einem ungewöhnlichen Ort`,
    heading: 'Anmeldung von einem ungewöhnlichen Ort',
    what: `Ihr Konto bei ${product} wurde von einem Ort aus benutzt, der für es ungewöhnlich ist.`,
    closing:
      'Waren Sie das? Dann ist nichts zu tun. Wenn nicht, melden Sie sich an und beenden Sie diese Sitzung.',
    sms: `Ungewöhnliche Anmeldung bei ${product}, ${at}, von ${from}. Nicht Sie? Beenden Sie diese Sitzung.`,
  }),
  'roles-changed': (product, at) => ({
    subject: `Was Ihr Konto bei ${product} darf, wurde geändert`,
    heading: 'Rechte geändert',
    what: `Die Rechte Ihres Kontos bei ${product} wurden geändert: Es kamen welche dazu, oder es fielen welche weg.`,
    closing: 'Haben Sie das nicht erwartet, dann fragen Sie, wer den Dienst betreibt.',
    sms: `Die Rechte Ihres Kontos bei ${product} wurden geändert, ${at}. Nicht erwartet? Fragen Sie nach.`,
  }),
  'many-failures': (product, at, from) => ({
    subject: `Viele gescheiterte Anmeldungen bei Ihrem Konto bei ${product}`,
    heading: 'Viele gescheiterte Anmeldungen',
    what: `In kurzer Zeit scheiterten viele Versuche, sich bei Ihrem Konto bei ${product} anzumelden.`,
    closing:
      'Waren das nicht Sie, dann geben Sie nie einen Code weiter, und nehmen Sie ein langes Passwort, das Sie sonst nirgends benutzen.',
    sms: `Viele gescheiterte Anmeldungen bei ${product}, ${at}, von ${from}. Geben Sie nie einen Code weiter.`,
  }),
};

export function accountAlert({ notice, at, address, country }: AccountAlertNotice, product: string): Letter {
  const { what, ...words } = ACCOUNT[notice](product, time(at), address);
  return {
    ...words,
    preview: `${time(at)}, von ${address}`,
    paragraphs: [what],
    details: [
      { label: 'Zeit', value: time(at) },
      ...(country ? [{ label: 'Ort', value: countryName(country) }] : []),
      { label: 'Adresse', value: address },
    ],
  };
}

const TITLES: Record<OperatorAlert, string> = {
  'many-failures': 'Viele gescheiterte Anmeldungen',
  'new-device': 'Anmeldungen auf neuen Geräten',
  'unusual-place': 'Anmeldungen aus neuen Ländern',
  'impossible-travel': 'Unmögliche Reisen',
  'refresh-reuse': 'Doppelt benutzte Refresh-Tokens',
  lockout: 'Konten nach falschen Passwörtern gesperrt',
  'role-change': 'Rollen geändert',
  'address-blocked': 'Adressen gesperrt',
};

const PHASES = {
  opened: 'Das hat begonnen. Die nächste Nachricht kommt, wenn es vorbei ist oder hundertmal so groß.',
  grown: 'Das ist hundertmal so groß geworden, wie es bei der letzten Nachricht war.',
  closed: 'Das ist vorbei. Dies sind die Zahlen des Ganzen.',
};

export function operatorAlert(alert: NoticeOf<'operator-alert'>, product: string): Letter {
  const title = TITLES[alert.kind];
  return {
    subject: `${product}: ${alert.phase === 'closed' ? 'vorbei: ' : ''}${title} (${alert.severity})`,
    preview: `${alert.count} seit ${time(alert.openedAt)}`,
    heading: title,
    paragraphs: [PHASES[alert.phase]],
    details: [
      { label: 'Schwere', value: alert.severity },
      { label: 'Ereignisse', value: `${alert.count}` },
      { label: 'Konten', value: `${alert.accounts}` },
      { label: 'Adressen', value: `${alert.addresses}` },
      { label: 'Zuerst', value: time(alert.openedAt) },
      { label: 'Zuletzt', value: time(alert.lastAt) },
      { label: 'Alarm', value: alert.id },
    ],
    closing: 'Welche Konten und Adressen das sind, steht im Alarm selbst, für alle, die ihn lesen dürfen.',
    sms: null,
  };
}
