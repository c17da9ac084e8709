import { describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { clientAddress } from './client-address.js';

const from = (ip: string, remoteAddress = '127.0.0.1') =>
  clientAddress({ ip, socket: { remoteAddress } as Socket });

describe('The address of a client', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:52101', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['[::ffff:c000:207]:443', '192.0.2.7'],
    ['::ffff:192.0.2.7%eth0', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:52101', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is written %s, as the record takes it', (ip, written) => {
    expect(from(ip)).toBe(written);
  });

  it.each([
    ...['', 'unknown', '_hidden', '1:2', '[]:1', '[192.0.2.7'],
    ...['192.0.2.7:', '192.0.2.700', '192.0.2.7, 192.0.2.8'],
  ])('is that of the proxy, who passed %j on instead', (ip) => {
    expect(from(ip, '::ffff:10.0.0.1')).toBe('10.0.0.1');
  });
});
