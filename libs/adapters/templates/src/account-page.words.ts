import type { LinkPurpose, Locale } from '#domain/notification';

interface Words {
  readonly title: string;
  readonly text: string;
  readonly button?: string;
}

type PageWords = Readonly<Record<LinkPurpose, Readonly<Record<'ask' | 'done' | 'failed', Words>>>> & {
  /** Label of the field. */
  readonly password: string;
  /** By stable code. */
  readonly problems: Readonly<Record<string, string>> & { readonly other: string };
};

export const PAGE_WORDS: Readonly<Record<Locale, PageWords>> = {
  en: {
    'verify-email': {
      ask: {
        title: 'Confirm your address',
        text: 'With this, the account that was registered with your address is yours. Confirm only if you registered it.',
        button: 'Confirm address',
      },
      done: { title: 'Address confirmed', text: 'Your account is ready: sign in where you registered.' },
      failed: { title: 'Not confirmed', text: 'The address could not be confirmed.' },
    },
    'reset-password': {
      ask: {
        title: 'Choose a new password',
        text: 'All sessions of your account will end. Sign in with the new password afterwards.',
        button: 'Change password',
      },
      done: { title: 'Password changed', text: 'All sessions have ended: sign in with the new password.' },
      failed: { title: 'Not changed', text: 'The password was not changed.' },
    },
    password: 'New password',
    problems: {
      'link-invalid': 'The link is not valid, or was used before.',
      'link-expired': 'The link has expired. Ask for a new one.',
      'validation-failed': 'The link, or what was entered, is not complete.',
      'password-too-short': 'This password is too short.',
      'password-too-long': 'This password is too long.',
      'password-too-weak': 'This password is too easy to guess.',
      'password-breached': 'This password is known from a data breach.',
      'password-composition': 'It needs an upper-case letter, a lower-case letter, a digit and a symbol.',
      'rate-limited': 'Too many attempts. Wait a minute and try again.',
      'address-blocked': 'Too many attempts. Try again later.',
      other: 'This did not work. Try again in a moment.',
    },
  },
  de: {
    'verify-email': {
      ask: {
        title: 'Bestätigen Sie Ihre Adresse',
        text: 'Damit gehört das Konto, das mit Ihrer Adresse registriert wurde, Ihnen. Bestätigen Sie nur, wenn Sie sich registriert haben.',
        button: 'Adresse bestätigen',
      },
      done: {
        title: 'Adresse bestätigt',
        text: 'Ihr Konto ist bereit: Melden Sie sich dort an, wo Sie sich registriert haben.',
      },
      failed: { title: 'Nicht bestätigt', text: 'Die Adresse konnte nicht bestätigt werden.' },
    },
    'reset-password': {
      ask: {
        title: 'Wählen Sie ein neues Passwort',
        text: 'Alle Sitzungen Ihres Kontos werden beendet. Melden Sie sich danach mit dem neuen Passwort an.',
        button: 'Passwort ändern',
      },
      done: {
        title: 'Passwort geändert',
        text: 'Alle Sitzungen sind beendet: Melden Sie sich mit dem neuen Passwort an.',
      },
      failed: { title: 'Nicht geändert', text: 'Das Passwort wurde nicht geändert.' },
    },
    password: 'Neues Passwort',
    problems: {
      'link-invalid': 'Der Link ist ungültig oder wurde schon benutzt.',
      'link-expired': 'Der Link ist abgelaufen. Fordern Sie einen neuen an.',
      'validation-failed': 'Der Link oder die Eingabe ist nicht vollständig.',
      'password-too-short': 'Dieses Passwort ist zu kurz.',
      'password-too-long': 'Dieses Passwort ist zu lang.',
      'password-too-weak': 'Dieses Passwort ist zu leicht zu erraten.',
      'password-breached': 'Dieses Passwort ist aus einem Datenleck bekannt.',
      'password-composition':
        'Es braucht einen Großbuchstaben, einen Kleinbuchstaben, eine Ziffer und ein Sonderzeichen.',
      'rate-limited': 'Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann wieder.',
      'address-blocked': 'Zu viele Versuche. Versuchen Sie es später wieder.',
      other: 'Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.',
    },
  },
};
