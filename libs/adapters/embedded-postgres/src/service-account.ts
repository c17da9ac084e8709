import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database-error.js';

export interface ServiceAccount {
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Whom to spawn it as, where `file` does not see to that itself. */
  readonly identity?: ServiceAccount;
}

const SERVICE_USERS = ['postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so for root this is the user to run it as: the owner of the existing
 * `data`, else `postgres` where the machine has one, else `nobody`. For everyone else it is undefined: the
 * database runs as the caller.
 */
export function serviceAccount(data?: string): ServiceAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = data === undefined ? undefined : statSync(data);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const user of SERVICE_USERS) {
    const [uid, gid] = ['-u', '-g'].map((flag) => {
      const id = spawnSync('id', [flag, user], { encoding: 'utf8' });
      return id.status === 0 ? Number(id.stdout) : undefined;
    });
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new EmbeddedDatabaseError(
    `PostgreSQL does not run as root, and this machine has no user ${SERVICE_USERS.join(' or ')} to run it as. ` +
      'Start Gatehouse as a normal user, or set DATABASE_URL.',
  );
}

/**
 * How to run a PostgreSQL program as the service account.
 *
 * On Linux `setpriv` also ties it to this process: should Gatehouse be killed outright, the kernel tells the
 * database to shut down. Where a folder above the binaries or the data is closed to the service account (a
 * checkout in root's home), it further lets the database past that folder, a right root holds anyway.
 */
export function asService(
  account: ServiceAccount | undefined,
  paths: readonly string[],
  file: string,
  args: readonly string[],
): Command {
  if (!hasSetpriv()) return { file, args, ...(account && { identity: account }) };

  const options = ['--pdeathsig', 'INT'];
  if (account) {
    options.push('--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups');
    if (!paths.every((path) => canReach(account, path))) {
      // PostgreSQL asks access(2) about its own binary, which ignores capabilities unless told otherwise.
      options.push('--inh-caps', '+dac_override', '--ambient-caps', '+dac_override');
      options.push('--securebits', '+no_setuid_fixup');
    }
  }
  return { file: 'setpriv', args: [...options, '--', file, ...args] };
}

let setprivWorks: boolean | undefined;

const hasSetpriv = (): boolean =>
  (setprivWorks ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', 'true']).status === 0);

function canReach(account: ServiceAccount, path: string): boolean {
  const parent = dirname(path);
  if (parent === path) return true;
  const { mode, uid, gid } = statSync(parent);
  const executable = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & executable) !== 0 && canReach(account, parent);
}
