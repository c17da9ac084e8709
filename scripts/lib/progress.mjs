/** One line a step, with the time it took; at a terminal the time counts up while the step runs. */
export async function step(name, work) {
  const since = performance.now();
  const live = process.stderr.isTTY;
  const elapsed = () => `(${((performance.now() - since) / 1000).toFixed(1)} s)`;
  const show = (end) => process.stderr.write(`${live ? '\r\x1b[2K' : ''}  ${name} ${end}`);

  show(`...${live ? '' : '\n'}`);
  const ticking = live && setInterval(() => show(elapsed()), 100);
  try {
    const result = await work();
    show(`${elapsed()}\n`);
    return result;
  } catch (error) {
    show(`failed ${elapsed()}\n`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}
