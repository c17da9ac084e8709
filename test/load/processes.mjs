import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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
