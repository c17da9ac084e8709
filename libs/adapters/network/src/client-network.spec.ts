import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clientNetwork } from './client-network.js';

const groups = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: count, maxLength: count });
const text = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(':');

describe('clientNetwork', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['2001:DB8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
  ])('counts %s as %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it('counts every address of a /64 as one, however it is written', () => {
    fc.assert(
      fc.property(groups(4), groups(4), groups(4), fc.boolean(), (network, one, other, upper) => {
        fc.pre(network.some((group) => group !== 0));
        const written = text([...network, ...one]);
        expect(clientNetwork(upper ? written.toUpperCase() : written)).toBe(
          clientNetwork(text([...network, ...other])),
        );
      }),
    );
  });

  it('keeps one /64 apart from another', () => {
    fc.assert(
      fc.property(groups(4), groups(4), groups(4), (one, other, host) => {
        fc.pre(text(one) !== text(other) && one.some(Boolean) && other.some(Boolean));
        expect(clientNetwork(text([...one, ...host]))).not.toBe(clientNetwork(text([...other, ...host])));
      }),
    );
  });

  it('gives an IPv4 address one network, mapped or not', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(clientNetwork(`::ffff:${address}`)).toBe(clientNetwork(address));
        expect(clientNetwork(address)).toBe(address);
      }),
    );
  });

  it('never throws, and never answers more than a network takes to write', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.ipV4(), fc.ipV6()), (address) => {
        expect(clientNetwork(address).length).toBeLessThanOrEqual('ffff:ffff:ffff:ffff::/64'.length);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a word', 'unknown'],
    ['part of an address', '192.0.2'],
    ['an address with a port', '192.0.2.7:443'],
    ['a list', '1.2.3.4, 5.6.7.8'],
    ['brackets', '[::1]'],
    ['a network', '2001:db8::/64'],
    ['50 kB of colons', ':'.repeat(50_000)],
    ['50 kB of digits', '1'.repeat(50_000)],
    ['50 kB of groups', 'a:'.repeat(25_000)],
    ['50 kB of numbers', '1.'.repeat(25_000)],
    ['50 kB of zone', `fe80::1%${'%'.repeat(50_000)}`],
  ])('counts %s with all that is no address', (_what, garbage) => {
    expect(clientNetwork(garbage)).toBe('unknown');
  });
});
