/** The commit-msg hook: Conventional Commits (https://www.conventionalcommits.org/en/v1.0.0/), subject of at most 100. */
import { readFileSync } from 'node:fs';

const TYPES = ['feat', 'fix', 'perf', 'refactor', 'test', 'docs', 'build', 'ci', 'chore', 'style', 'revert'];
const CONVENTIONAL = new RegExp(`^(${TYPES.join('|')})(\\([a-z0-9./-]+\\))?!?: \\S.*$`);
/** What git itself writes. */
const GENERATED = /^(Merge|Revert|fixup!|squash!|amend!) /;

const [subject = ''] = readFileSync(process.argv[2], 'utf8').split('\n');

if (!GENERATED.test(subject) && (!CONVENTIONAL.test(subject) || subject.length > 100)) {
  console.error(
    `"${subject}"\nis not a conventional commit: type(scope): subject, at most 100 characters,\nwith one of ${TYPES.join(', ')}.`,
  );
  process.exit(1);
}
