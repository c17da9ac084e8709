import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import type { AddressRange } from './address-set.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address of the Internet as 32-bit words; null for what is private, reserved or no address. */
export function publicAddressWords(text: string): readonly number[] | null {
  if (isIP(text) === 0) return null;
  const address = ipaddr.process(text);
  return address.range() === 'unicast' ? wordsOf(address) : null;
}

/** An address or a network in CIDR notation; null for anything else. */
export function readRange(text: string): AddressRange | null {
  const slash = text.indexOf('/');
  const [base, bits] = slash < 0 ? [text, null] : [text.slice(0, slash), text.slice(slash + 1)];
  const version = isIP(base);
  if (version === 0) return null;
  const width = version === 4 ? 32 : 128;
  const prefix = bits === null ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(prefix <= width)) return null;
  const words = wordsOf(ipaddr.parse(base));
  const hosts = words.map((_, word) => hostMask(prefix - 32 * word));
  return {
    first: words.map((value, word) => (value & ~hosts[word]!) >>> 0),
    last: words.map((value, word) => (value | hosts[word]!) >>> 0),
  };
}

/** The bits of a word that its network leaves to hosts, when so many are the network's. */
const hostMask = (networkBits: number): number => {
  if (networkBits >= 32) return 0;
  return networkBits <= 0 ? 0xffffffff : 0xffffffff >>> networkBits;
};

function wordsOf(address: Address): readonly number[] {
  const bytes = address.toByteArray();
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    words.push(((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0);
  }
  return words;
}
