/** One line a step with the time it took, on standard error, where it does not mix with the log. */
export class Progress {
  #current: { readonly name: string; readonly since: number } | null = null;

  step(name: string): void {
    this.done();
    this.#current = { name, since: performance.now() };
    if (process.stderr.isTTY) process.stderr.write(`  ${name} ...`);
  }

  done(): void {
    if (!this.#current) return;
    const { name, since } = this.#current;
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[2K' : ''}  ${name} (${seconds} s)\n`);
    this.#current = null;
  }
}
