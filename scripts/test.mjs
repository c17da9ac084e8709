/** `npm test [-- Jest's own arguments]`: installs what is missing, then runs every layer of tests. */
import { checkNode, main } from './lib/problem.mjs';

checkNode();
main(async () => {
  const { ensureInstalled } = await import('./lib/install.mjs');
  const { inProject, root } = await import('./lib/project.mjs');
  const { runWithProjectNode } = await import('./lib/runtime.mjs');
  await ensureInstalled();
  return runWithProjectNode(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      inProject('node_modules', 'jest', 'bin', 'jest.js'),
      ...process.argv.slice(2),
    ],
    { cwd: root },
  );
});
