import { accountAlert, operatorAlert } from './alerts.de.js';
import { deviceName } from './device-name.js';
import { smsHint, utcFormats, type LetterWriter, type AccountAlertNotice, type NoticeOf } from './letter.js';

const { date, time } = utcFormats('de');
const minutes = (n: number): string => (n === 1 ? '1 Minute' : `${n} Minuten`);
const hours = (n: number): string => (n === 1 ? '1 Stunde' : `${n} Stunden`);

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
          'Zum Anmelden fordern Sie einen Code an, der dort ankommt, wo Sie dies lesen, oder nehmen Sie Ihr Passwort, falls Sie eines gewählt haben.',
        ],
        closing: 'Sie erhalten dies, weil hier bestätigt wurde, dass das Konto Ihnen gehört.',
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
    case 'verify-email': {
      const { token, registeredAt, validHours } = notification;
      return {
        subject: `Bestätigen Sie Ihre Adresse für ${product}`,
        preview: `Der Link gilt ${hours(validHours)} lang.`,
        heading: 'Bestätigen Sie Ihre Adresse',
        paragraphs: [
          `Jemand hat sich bei ${product} registriert und diese Adresse angegeben. Waren Sie das, dann bestätigen Sie sie, und das Konto gehört Ihnen.`,
          `Der Link gilt ${hours(validHours)} lang und nur einmal.`,
        ],
        link: { label: 'Adresse bestätigen', purpose: 'verify-email', token },
        details: [{ label: 'Registriert', value: time(registeredAt) }],
        closing:
          'Haben Sie sich da nicht registriert, dann benutzen Sie den Link nicht: Das Konto hat ein Passwort, das Sie nicht kennen. Ohne den Link wird es gelöscht.',
        sms: null,
      };
    }
    case 'already-registered':
      return {
        subject: `Sie haben ein Konto bei ${product}`,
        preview: 'Jemand wollte sich mit Ihrer Adresse registrieren.',
        heading: 'Sie haben schon ein Konto',
        paragraphs: [
          `Jemand wollte sich bei ${product} registrieren und hat diese Adresse angegeben, die schon zu Ihrem Konto gehört.`,
          'Waren Sie das, dann melden Sie sich an wie immer. Haben Sie Ihr Passwort vergessen, fordern Sie dort ein neues an.',
        ],
        details: [{ label: 'Zeit', value: time(notification.at) }],
        closing: 'Waren Sie das nicht, dann ist nichts zu tun: Ihr Konto wurde nicht verändert.',
        sms: null,
      };
    case 'reset-password': {
      const { token, validMinutes } = notification;
      return {
        subject: `Wählen Sie ein neues Passwort für ${product}`,
        preview: `Der Link gilt ${minutes(validMinutes)} lang.`,
        heading: 'Wählen Sie ein neues Passwort',
        paragraphs: [
          `Jemand hat ein neues Passwort für Ihr Konto bei ${product} angefordert.`,
          `Der Link gilt ${minutes(validMinutes)} lang und nur einmal. Alle Sitzungen des Kontos werden beendet.`,
        ],
        link: { label: 'Passwort wählen', purpose: 'reset-password', token },
        closing: 'Waren Sie das nicht, dann ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.',
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
  if (notification.notice === 'password-changed') {
    return {
      subject: `Ihr Passwort bei ${product} wurde geändert`,
      preview: `${time(notification.at)}`,
      heading: 'Passwort geändert',
      paragraphs: [
        `Das Passwort Ihres Kontos bei ${product} wurde geändert, die anderen Sitzungen sind beendet.`,
      ],
      details: [{ label: 'Zeit', value: time(notification.at) }],
      closing:
        'Waren Sie das nicht, dann fordern Sie sofort ein neues Passwort an und prüfen Sie die Kontakte Ihres Kontos.',
      sms: `Ihr Passwort bei ${product} wurde geändert. Nicht Sie? Fordern Sie sofort ein neues an.`,
    };
  }
  if (notification.notice === 'locked-out') {
    const { until, address } = notification;
    return {
      subject: `Ihr Konto bei ${product} ist vorübergehend gesperrt`,
      preview: `Bis ${time(until)}`,
      heading: 'Zu viele falsche Passwörter',
      paragraphs: [
        `Für Ihr Konto bei ${product} wurde zu oft ein falsches Passwort eingegeben, deshalb wird eine Weile keines angenommen. Geräte, auf denen Sie schon angemeldet waren, sind nicht betroffen.`,
      ],
      details: [
        { label: 'Bis', value: time(until) },
        { label: 'Adresse', value: address },
      ],
      closing: 'Ein neues Passwort entsperrt das Konto sofort: Fordern Sie es dort an, wo Sie sich anmelden.',
      sms: `Zu viele falsche Passwörter: Ihr Konto bei ${product} ist bis ${time(until)} gesperrt.`,
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
