import ipaddr from 'ipaddr.js';

/** What IANA has given out as global unicast so far; all else of IPv6 is reserved (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the internet, and of nothing nearer: not this machine, its link, its site, its
 * carrier, a group, nor any form that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo), which a router
 * on the way may unwrap. Anything else than the canonical notation is no address at all.
 */
export function isPublicAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).range() === 'unicast';
  if (!ipaddr.IPv6.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.IPv6.parse(text);
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST);
}
