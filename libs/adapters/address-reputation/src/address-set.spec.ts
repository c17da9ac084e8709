import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { AddressSet } from './address-set.js';
import { publicAddressWords, readRange } from './address-words.js';

/** Few enough addresses that networks overlap, touch and are hit. */
const octet = fc.constantFrom(0, 1, 127, 128, 254, 255);
const group = fc.constantFrom('0', '1', '7fff', '8000', 'fffe', 'ffff');

const families = {
  IPv4: {
    words: 1,
    address: fc.tuple(fc.constantFrom(8, 9), octet, octet, octet).map((octets) => octets.join('.')),
    prefix: fc.integer({ min: 0, max: 32 }),
  },
  IPv6: {
    words: 4,
    address: fc
      .tuple(fc.constantFrom('2600', '2a00'), ...Array.from({ length: 7 }, () => group))
      .map((groups) => groups.join(':')),
    prefix: fc.integer({ min: 0, max: 128 }),
  },
};

describe.each(Object.entries(families))('a set of %s networks', (_family, { words, address, prefix }) => {
  const entries = fc.array(
    fc.tuple(address, fc.option(prefix, { nil: null })).map(([base, bits]) => ({
      text: bits === null ? base : `${base}/${bits}`,
      cidr: `${base}/${bits ?? 32 * words}`,
    })),
    { maxLength: 30 },
  );

  it('has what one of them has, looked at one by one', () => {
    fc.assert(
      fc.property(entries, fc.array(address, { minLength: 20, maxLength: 20 }), (networks, asked) => {
        const set = new AddressSet(
          words,
          networks.map(({ text }) => readRange(text)!),
        );
        for (const each of asked) {
          const parsed = ipaddr.parse(each);
          const expected = networks.some(({ cidr }) => parsed.match(ipaddr.parseCIDR(cidr)));
          expect(set.has(publicAddressWords(each)!)).toBe(expected);
        }
      }),
    );
  });
});

describe('a line of a list', () => {
  it.each([
    '',
    'text',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/1e1',
    '1.2.3.4/24/24',
    '1.2.3.4-1.2.3.9',
    '2600::/129',
    ':::',
    '0x7f.1',
    '2130706433',
  ])('is no network when it is %j', (text) => {
    expect(readRange(text)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readRange(text)));
  });
});
