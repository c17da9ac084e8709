/** `event.category` and `event.type` of ECS 8: closed lists, by which stock Elastic tools sort events. */
interface Nature {
  readonly category: readonly string[];
  readonly type: readonly string[];
}

/** What ends an attempt to sign in. A right proof does not: what follows is a session, or a refusal, of which one is counted. */
const ATTEMPT: Nature = { category: ['authentication'], type: ['start'] };

const OF_SUBJECT: Readonly<Record<string, Nature>> = {
  otp: { category: ['authentication'], type: ['info'] },
  link: { category: ['authentication'], type: ['info'] },
  password: { category: ['authentication'], type: ['info'] },
  session: { category: ['session'], type: ['info'] },
  address: { category: ['intrusion_detection'], type: ['denied'] },
  access: { category: ['web'], type: ['access'] },
  alert: { category: ['intrusion_detection'], type: ['info'] },
};

const OF_ACTION: Readonly<Record<string, Nature>> = {
  'otp.rejected': ATTEMPT,
  'link.rejected': ATTEMPT,
  'password.rejected': ATTEMPT,
  'password.throttled': ATTEMPT,
  'password.changed': { category: ['iam'], type: ['user', 'change'] },
  'credentials.password-reset': { category: ['iam'], type: ['user', 'change'] },
  'session.opened': { category: ['authentication', 'session'], type: ['start'] },
  'session.refused': ATTEMPT,
  'session.revoked': { category: ['session'], type: ['end'] },
  'user.registered': { category: ['iam'], type: ['user', 'creation'] },
  'user.imported': { category: ['iam'], type: ['user', 'creation'] },
  'user.exported': { category: ['iam'], type: ['user', 'info'] },
  'user.deleted': { category: ['iam'], type: ['user', 'deletion'] },
  'user.erased': { category: ['iam'], type: ['user', 'deletion'] },
  'role.created': { category: ['iam'], type: ['group', 'creation'] },
  'role.updated': { category: ['iam'], type: ['group', 'change'] },
  'role.deleted': { category: ['iam'], type: ['group', 'deletion'] },
};

/** Whatever else is done is done to an account; an action of a newer version, seen by an older worker, is too. */
const OTHERWISE: Nature = { category: ['iam'], type: ['user', 'change'] };

/**
 * As `event.*` has it. What is only told of has no outcome unless it failed: a code that was sent is no successful
 * authentication, which is what detection rules would take it for.
 */
export function natureOf(action: string, result: string): Nature & { readonly outcome: string | undefined } {
  const nature = OF_ACTION[action] ?? OF_SUBJECT[action.split('.', 1)[0]!] ?? OTHERWISE;
  const isToldOf = nature.type.includes('info') && result === 'success';
  return { ...nature, outcome: isToldOf ? undefined : result };
}

export type LogLevel = 'info' | 'warn' | 'error';

/** What only an attack, or a defect of a client, brings about. */
const ATTACKS: ReadonlySet<string> = new Set([
  'session.refresh-reused',
  'session.forgery-refused',
  'password.locked-out',
  'address.blocked',
]);

export function levelOf(action: string, result: string): LogLevel {
  if (ATTACKS.has(action)) return 'error';
  return result === 'failure' ? 'warn' : 'info';
}
