import type { FastifyRequest } from 'fastify';
import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** As gateways of Azure and IIS pass clients on; IPv6 also in brackets alone. */
const WITH_PORT = /^(?:\[([^\]]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$/;

/**
 * The client's address in canonical form: the one that the outermost trusted proxy saw. What that proxy
 * passed on is not always an address; then it is the proxy that we have to answer to.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const [, v6, v4] = WITH_PORT.exec(ip) ?? [];
  return canonical(v6 ?? v4 ?? ip) ?? canonical(socket.remoteAddress ?? '') ?? '0.0.0.0';
}

function canonical(address: string): string | null {
  if (isIPv4(address)) return address;
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped && isIPv4(mapped)) return mapped;
  if (isIP(address) !== 6) return null;
  // Without its zone, which is a name of this host's for one of its links, and nothing that the database takes.
  const parsed = ipaddr.IPv6.parse(address.split('%', 1)[0]!);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
}
