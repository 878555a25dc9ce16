/** Makes sure that a connection goes only to an address that the configuration allows. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

/** Says whether a request to `url` may connect to `address`. */
export type AddressPolicy = (url: URL, address: string) => boolean;

/**
 * Thrown when no address of a host may be connected to. It does not tell what a name resolves to: who may define jobs need not know the
 * addresses of this network.
 */
export class RefusedAddress extends Error {
  constructor(url: URL) {
    super(
      `Requests to ${url.hostname} are not allowed by the configuration of this server: the address is of this machine, of a private ` +
        'network or of a reserved range. The settings HTTP_ALLOW_PRIVATE_NETWORKS and HTTP_ALLOWED_NETWORKS open them.',
    );
  }
}

/**
 * A name look-up that hands out only allowed addresses. It is the look-up of the connection itself, so that a name which
 * resolves differently the second time (DNS rebinding) gains nothing.
 */
export function guardedLookup(url: URL, allows: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      let allowed: LookupAddress[];
      try {
        allowed = addresses.filter(({ address }) => allows(url, address));
      } catch (thrown) {
        return callback(thrown instanceof Error ? thrown : new Error(String(thrown)), []);
      }
      const [first] = allowed;
      if (!first) return callback(new RefusedAddress(url), []);
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

/** Throws {@link RefusedAddress} for a URL whose host is an address that is not allowed; addresses are not looked up. */
export function refuseAddressLiteral(url: URL, allows: AddressPolicy): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !allows(url, host)) throw new RefusedAddress(url);
}
