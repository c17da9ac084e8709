import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { OutboundError } from './outbound-error.js';
import { isPublicAddress } from './public-address.js';

type Connector = ReturnType<typeof buildConnector>;

/** As `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export const systemResolve: Resolve = (hostname, done) => resolve(hostname, { all: true }, done);

/**
 * Connects to public addresses only. The check happens where the socket asks for the address, and the socket
 * connects to what was checked: a name that answers differently the second time is not asked a second time
 * (DNS rebinding; OWASP, "Server-Side Request Forgery Prevention").
 */
export function guardedConnector(timeout: number, resolveName: Resolve): Connector {
  const connect = buildConnector({ timeout, lookup: publicLookup(resolveName) });
  return (options, callback) => {
    // A socket does not look up what is an address already.
    if (isIP(options.hostname) !== 0 && !isPublicAddress(options.hostname)) {
      return callback(new OutboundError('address-refused'), null);
    }
    connect(options, callback);
  };
}

const publicLookup =
  (resolveName: Resolve): LookupFunction =>
  (hostname, options, callback) =>
    resolveName(hostname, (error, addresses) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (!first) return callback(new OutboundError('address-refused'), '');
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
