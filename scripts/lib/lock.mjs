import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from './problem.mjs';
import { ifPresent, inProject, root } from './project.mjs';

const LOCK = inProject('.setup.lock');
const HEARTBEAT_MS = 2_000;
const ABANDONED_MS = 15_000;

/**
 * Lets one process at a time change node_modules and dist. The holder keeps the file's time fresh, so a lock
 * whose holder was killed is recognised by its age, without trusting a pid that may be someone else's by now.
 */
export async function withSetupLock(work) {
  await acquire();
  const heartbeat = setInterval(() => utimesSync(LOCK, new Date(), new Date()), HEARTBEAT_MS);
  const release = () => rmSync(LOCK, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

async function acquire() {
  for (let waited = false; ; waited = true) {
    try {
      closeSync(openSync(LOCK, 'wx'));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw new Problem(
          `Gatehouse installs and builds itself in ${root}, and that folder is not writable (${error.code}).`,
        );
      }
    }
    const touched = ifPresent(() => statSync(LOCK).mtimeMs);
    if (touched !== undefined && Date.now() - touched > ABANDONED_MS) {
      rmSync(LOCK, { force: true });
    } else {
      if (!waited) console.log('Another npm start or npm test is setting up; waiting for it.');
      await delay(250);
    }
  }
}
