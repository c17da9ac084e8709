#!/usr/bin/env node
/** `npx gatehouse ...`: the command line on the project's own Node, whichever Node started this. */
import { checkNode, main } from '../scripts/lib/problem.mjs';

checkNode();
main(async () => {
  const { runGatehouse } = await import('../scripts/lib/runtime.mjs');
  return runGatehouse(process.argv.slice(2));
});
