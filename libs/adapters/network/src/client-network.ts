import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The network that limits count a client by: an IPv4 address by itself, an IPv6 address by its /64, which is
 * the least that one subscriber holds; an IPv4 address dressed as IPv6 is the IPv4 address. Text that is no
 * address counts as one network, so that a forged header cannot name a fresh one each time.
 */
export const clientNetwork = (address: string): string => {
  if (isIPv4(address)) return address;
  // How a dual-stack socket names every IPv4 client; parsing would cost each of their requests microseconds.
  if (address.startsWith('::ffff:') && isIPv4(address.slice(7))) return address.slice(7);
  if (!ipaddr.IPv6.isValid(address)) return 'unknown';
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  const prefix = new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]);
  return `${prefix.toRFC5952String()}/64`;
};
