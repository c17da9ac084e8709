/** `npm run bench`: installs and builds what is missing, then measures. */
import { checkNode, main } from './lib/problem.mjs';

checkNode();
main(async () => {
  const { ensureBuilt } = await import('./lib/build.mjs');
  const { ensureInstalled } = await import('./lib/install.mjs');
  const { inProject, root } = await import('./lib/project.mjs');
  const { runWithProjectNode } = await import('./lib/runtime.mjs');
  await ensureInstalled();
  await ensureBuilt();
  return runWithProjectNode([inProject('test', 'load', 'bench.mjs'), ...process.argv.slice(2)], {
    cwd: root,
  });
});
