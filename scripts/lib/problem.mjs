/**
 * Something the person at the terminal can put right. Its message is all they see: no stack.
 *
 * This file loads on any Node that knows modules, so that a Node too old for the rest is told apart politely.
 */
export class Problem extends Error {}

const NEEDED = [20, 19];

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  console.error(
    `Gatehouse needs Node.js ${NEEDED.join('.')} or newer to start; this is ${process.version}. See https://nodejs.org`,
  );
  process.exit(1);
}

/** Runs `work` and exits with the code it resolves to. */
export function main(work) {
  work().then(
    (code) => process.exit(code),
    (error) => {
      console.error(error instanceof Problem ? `\n${error.message}\n` : error);
      process.exit(1);
    },
  );
}
