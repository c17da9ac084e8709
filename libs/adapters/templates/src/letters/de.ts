import { deviceName } from './device-name.js';
import { smsHint, utcFormats, type LetterWriter } from './letter.js';

const { date, time } = utcFormats('de');
const minutes = (n: number): string => (n === 1 ? '1 Minute' : `${n} Minuten`);

const CODE_USE = {
  'sign-in': (product: string) => `Mit diesem Code melden Sie sich bei ${product} an.`,
  register: (product: string) => `Mit diesem Code geht es bei ${product} weiter.`,
  'add-identifier': (product: string) =>
    `Mit diesem Code bestätigen Sie diesen Kontakt für Ihr Konto bei ${product}.`,
};

export const german: LetterWriter = (notification, product) => {
  switch (notification.template) {
    case 'otp-code': {
      const { code, purpose, validMinutes } = notification;
      return {
        subject: `Ihr Code für ${product}`,
        preview: `${code} ist Ihr Code, gültig für ${minutes(validMinutes)}.`,
        heading: 'Ihr Code',
        paragraphs: [CODE_USE[purpose](product), `Er gilt ${minutes(validMinutes)} lang und nur einmal.`],
        code,
        closing:
          'Geben Sie diesen Code nie weiter: Wir fragen Sie nicht danach. Haben Sie ihn nicht angefordert, ignorieren Sie diese Nachricht.',
        sms: `${code} ist Ihr Code für ${product}, gültig für ${minutes(validMinutes)}. Geben Sie ihn nie weiter.`,
      };
    }
    case 'welcome':
      return {
        subject: `Willkommen bei ${product}`,
        preview: 'Ihr Konto ist bereit.',
        heading: notification.displayName ? `Willkommen, ${notification.displayName}` : 'Willkommen',
        paragraphs: [
          `Ihr Konto bei ${product} ist bereit.`,
          'Zum Anmelden fordern Sie einen Code an: Er kommt dort an, wo Sie dies lesen.',
        ],
        closing: 'Sie erhalten dies, weil das Konto mit einem hierher gesendeten Code eröffnet wurde.',
        sms: `Willkommen bei ${product}. Ihr Konto ist bereit: Anmelden mit einem Code an diese Nummer.`,
      };
    case 'new-sign-in': {
      const { displayName, address, userAgent, at } = notification;
      return {
        subject: `Neue Anmeldung bei Ihrem Konto bei ${product}`,
        preview: `${time(at)}, von ${address}`,
        heading: 'Neue Anmeldung',
        paragraphs: [
          `${displayName ? `Guten Tag, ${displayName}. ` : ''}Ihr Konto bei ${product} wurde auf einem neuen Gerät benutzt.`,
        ],
        details: [
          { label: 'Zeit', value: time(at) },
          { label: 'Gerät', value: deviceName(userAgent) || 'unbekannt' },
          { label: 'Adresse', value: address },
        ],
        closing:
          'Waren Sie das? Dann ist nichts zu tun. Wenn nicht, melden Sie sich an und beenden Sie diese Sitzung.',
        sms: `Neue Anmeldung bei ${product}, ${time(at)}, von ${address}. Nicht Sie? Beenden Sie diese Sitzung.`,
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
      subject: `Ihr Konto bei ${product} wurde gelöscht`,
      preview: `Bis ${until} lässt es sich wiederherstellen.`,
      heading: 'Konto gelöscht',
      paragraphs: [
        `Ihr Konto bei ${product} wurde gelöscht, alle Sitzungen sind beendet.`,
        `Auf Anfrage lässt es sich bis ${until} wiederherstellen. Danach wird es endgültig entfernt.`,
      ],
      closing: 'Waren Sie das nicht, dann bitten Sie um die Wiederherstellung.',
      sms: `Ihr Konto bei ${product} wurde gelöscht. Bis ${until} ist es auf Anfrage wiederherstellbar.`,
    };
  }
  const { identifierHint: hint, at } = notification;
  const details = [{ label: 'Zeit', value: time(at) }];
  return notification.notice === 'identifier-added'
    ? {
        subject: `Neuer Kontakt für Ihr Konto bei ${product}`,
        preview: `${hint} kann sich jetzt anmelden.`,
        heading: 'Kontakt hinzugefügt',
        paragraphs: [`Ab jetzt können Sie sich auch mit ${hint} bei ${product} anmelden.`],
        details,
        closing:
          'Waren Sie das nicht, dann melden Sie sich an, entfernen Sie den Kontakt und beenden Sie alle anderen Sitzungen.',
        sms: `${smsHint(hint)} kann sich jetzt bei ${product} anmelden. Nicht Sie? Entfernen Sie den Kontakt.`,
      }
    : {
        subject: `Kontakt von Ihrem Konto bei ${product} entfernt`,
        preview: `${hint} kann sich nicht mehr anmelden.`,
        heading: 'Kontakt entfernt',
        paragraphs: [`Mit ${hint} können Sie sich nicht mehr bei ${product} anmelden.`],
        details,
        closing:
          'Waren Sie das nicht, dann melden Sie sich mit einem anderen Kontakt an und beenden Sie alle anderen Sitzungen.',
        sms: `${smsHint(hint)} kann sich nicht mehr bei ${product} anmelden. Nicht Sie? Prüfen Sie Ihr Konto.`,
      };
}
