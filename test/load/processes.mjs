import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** What follows the name in `/proc/PID/stat` (proc_pid_stat(5)), which may hold anything; null when the process is gone. */
const statusOf = async (pid) => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? null;
};

/** Clock ticks that a process and what it started have spent so far, those that are gone left out. Linux only. */
export async function processorTime(pid) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = new Map(await Promise.all(pids.map(async (each) => [Number(each), await statusOf(each)])));
  const spentBy = (parent) => {
    const status = all.get(parent);
    if (!status) return 0;
    const children = [...all.keys()].filter((each) => Number(all.get(each)?.[1]) === parent);
    return children.reduce((sum, child) => sum + spentBy(child), Number(status[11]) + Number(status[12]));
  };
  return spentBy(pid);
}

/** Starts a program of ours and resolves when it answers at `readyPath`; rejects with its output otherwise. */
export async function startServer(args, env, readyPath) {
  const port = await freePort();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-5_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended:\n${output}`);
    const response = await fetch(url + readyPath).catch(() => null);
    if (response?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    pid: child.pid,
    /** The first match in what it prints; to be asked for soon, because only the end of much is kept. */
    printed: async (pattern) => {
      while (!pattern.test(output)) await new Promise((resolve) => setTimeout(resolve, 50));
      return pattern.exec(output)[0];
    },
    /** Resident memory in MiB, of the process itself. */
    memory: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
      return kilobytes ? Math.round(Number(kilobytes) / 1_024) : null;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
