import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicAddress } from './public-address.js';

const byte = fc.integer({ min: 0, max: 255 });
const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const v4 = (...first: number[]) =>
  fc
    .array(byte, { minLength: 4 - first.length, maxLength: 4 - first.length })
    .map((rest) => [...first, ...rest].join('.'));
const v6 = (...first: string[]) =>
  fc
    .array(group, { minLength: 8 - first.length, maxLength: 8 - first.length })
    .map((rest) => [...first, ...rest].join(':'));
const between = (from: number, to: number) => fc.integer({ min: from, max: to });
const hex = (from: number, to: number) => between(from, to).map((value) => value.toString(16));

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1', '2A00:1450::1'])(
    'lets %s through',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each<[string, fc.Arbitrary<string>]>([
    ['this network', v4(0)],
    ['loopback', v4(127)],
    ['RFC 1918, class A', v4(10)],
    ['RFC 1918, class B', between(16, 31).chain((second) => v4(172, second))],
    ['RFC 1918, class C', v4(192, 168)],
    ['link-local, with the metadata services of clouds', v4(169, 254)],
    ['carrier-grade NAT', between(64, 127).chain((second) => v4(100, second))],
    ['protocol assignments', v4(192, 0, 0)],
    ['documentation', fc.oneof(v4(192, 0, 2), v4(198, 51, 100), v4(203, 0, 113))],
    ['benchmarks', between(18, 19).chain((second) => v4(198, second))],
    ['multicast and reserved', between(224, 255).chain((first) => v4(first))],
    ['IPv6 loopback and unspecified', fc.constantFrom('::1', '::', '0:0:0:0:0:0:0:1')],
    ['IPv6 link-local', hex(0xfe80, 0xfebf).chain((first) => v6(first))],
    ['a zone', v6('fe80').map((address) => `${address}%eth0`)],
    ['a public address in a zone', fc.constant('2606:4700::1%eth0')],
    ['site-local', hex(0xfec0, 0xfeff).chain((first) => v6(first))],
    ['ULA', hex(0xfc00, 0xfdff).chain((first) => v6(first))],
    ['IPv6 multicast', hex(0xff00, 0xffff).chain((first) => v6(first))],
    ['IPv4-mapped', v4().map((address) => `::ffff:${address}`)],
    ['IPv4-compatible', v4().map((address) => `::${address}`)],
    ['IPv4-translated', v4().map((address) => `::ffff:0:${address}`)],
    ['NAT64', v4().map((address) => `64:ff9b::${address}`)],
    ['NAT64 of a site', v6('64', 'ff9b', '1')],
    ['6to4', v6('2002')],
    ['Teredo', v6('2001', '0')],
    ['ORCHID', hex(0x10, 0x2f).chain((second) => v6('2001', second))],
    ['IPv6 documentation', fc.oneof(v6('2001', 'db8'), v6('3fff', '0'))],
    ['what nobody was given', hex(0x4000, 0xfbff).chain((first) => v6(first))],
  ])('refuses %s', (_what, addresses) => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(isPublicAddress(address)).toBe(false);
      }),
    );
  });

  it.each([
    '0x08.8.8.8',
    '010.8.8.8',
    '8.8.8',
    '134744072',
    '0x8080808',
    '8.8.8.8:80',
    '[2606:4700::1]',
    '8.8.8.8/32',
    ' 8.8.8.8',
    '8.8.8.8\n',
    'localhost',
    '',
  ])('takes %j for no address', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isPublicAddress(text)).toBe(false);
      }),
    );
  });
});
