/** `npm start`: installs and builds what is missing, then runs Gatehouse. */
import { checkNode, main } from './lib/problem.mjs';

checkNode();
main(async () => {
  const { ensureBuilt } = await import('./lib/build.mjs');
  const { ensureInstalled } = await import('./lib/install.mjs');
  const { runGatehouse } = await import('./lib/runtime.mjs');
  await ensureInstalled();
  await ensureBuilt();
  return runGatehouse(['start', ...process.argv.slice(2)]);
});
