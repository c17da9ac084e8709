import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAddressLists, type ListedAddresses } from './listed-addresses.js';

let directory: string;
let warnings: string[];
const opened: ListedAddresses[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-lists-'));
  warnings = [];
});
afterEach(async () => {
  for (const lists of opened.splice(0)) lists.onModuleDestroy();
  await rm(directory, { recursive: true });
});

const pathOf = (name: string): string => join(directory, name);
const write = (name: string, text: string): Promise<void> => writeFile(pathOf(name), text);

async function listsOf(...names: readonly string[]): Promise<ListedAddresses> {
  const lists = await openAddressLists({
    files: names.map(pathOf),
    warn: (message) => warnings.push(message),
  });
  opened.push(lists);
  return lists;
}

describe('lists of addresses', () => {
  it('are read in the forms in which they are published', async () => {
    await write('drop', '; Spamhaus DROP\n1.10.16.0/20 ; SBL256894\r\n');
    await write('firehol', '# level 2\n\n5.5.5.5\n2a00:1::/32 # v6\n');
    const lists = await listsOf('drop', 'firehol');
    for (const listed of ['1.10.16.0', '1.10.31.255', '5.5.5.5', '::ffff:5.5.5.5', '2a00:1:ffff::1']) {
      expect(lists.isListed(listed)).toBe(true);
    }
    for (const other of ['1.10.15.255', '1.10.32.0', '5.5.5.6', '2a00:2::', '', 'unknown']) {
      expect(lists.isListed(other)).toBe(false);
    }
    expect(warnings).toEqual([]);
  });

  it('never list the private and the reserved, which some of them name', async () => {
    await write('bogons', '0.0.0.0/0\n::/0\n');
    const lists = await listsOf('bogons');
    for (const address of ['127.0.0.1', '10.1.2.3', '192.168.1.1', '::1', 'fd00::1', '::ffff:10.1.2.3']) {
      expect(lists.isListed(address)).toBe(false);
    }
    expect(lists.isListed('8.8.8.8')).toBe(true);
  });

  it('may be empty', async () => {
    await write('empty', '# none yet\n');
    expect((await listsOf('empty')).isListed('5.5.5.5')).toBe(false);
  });

  it('are read without the lines that are none, which are counted and not repeated', async () => {
    await write('list', '5.5.5.5\nsecret\n6.6.6\n');
    expect((await listsOf('list')).isListed('5.5.5.5')).toBe(true);
    expect(warnings).toEqual([`${pathOf('list')}: 2 lines are not addresses, and are left out`]);
  });

  it.each([
    ['is missing', async () => undefined, 'ENOENT'],
    ['says why there is none', () => write('list', '<html>Not found</html>\n'), 'is not a list of addresses'],
  ])('are refused at the start when a file %s', async (_what, prepare, message) => {
    await prepare();
    await expect(listsOf('list')).rejects.toThrow(message);
  });
});

describe('a list that changes', () => {
  it('is read again', async () => {
    await write('list', '5.5.5.5\n');
    const lists = await listsOf('list');
    await write('list', '6.6.6.6\n7.7.7.7\n');
    await lists.refresh();
    expect(['5.5.5.5', '6.6.6.6'].map((address) => lists.isListed(address))).toEqual([false, true]);
  });

  it.each([
    ['is gone', () => rm(pathOf('list'))],
    ['became something else', () => write('list', '<html>Service unavailable</html>\n')],
  ])('stays as it was while the file %s, is missed once, and comes back', async (_what, spoil) => {
    await write('list', '5.5.5.5\n');
    const lists = await listsOf('list');
    await spoil();
    await lists.refresh();
    await lists.refresh();
    expect(lists.isListed('5.5.5.5')).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('stay as they were')]);
    await write('list', '6.6.6.6\n');
    await lists.refresh();
    expect(lists.isListed('6.6.6.6')).toBe(true);
  });
});
