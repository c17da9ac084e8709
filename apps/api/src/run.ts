/** Milliseconds for what is in hand when the process is told to stop; past that it goes, and says so. */
const SHUTDOWN_DEADLINE = 25_000;

/** Resolves with the first signal that asks the process to end. */
export function untilSignalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
}

/** Runs `stop` and ends the process: with 0 when it finished, with 1 when it failed or took too long. */
export async function shutDown(stop: () => Promise<void>): Promise<never> {
  const deadline = setTimeout(() => {
    process.stderr.write('Not everything finished in time\n');
    process.exit(1);
  }, SHUTDOWN_DEADLINE);
  try {
    await stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`Stopping failed: ${String(error)}\n`);
    process.exit(1);
  } finally {
    clearTimeout(deadline);
  }
}
