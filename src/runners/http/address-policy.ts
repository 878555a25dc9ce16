/** Which addresses an `http` run may connect to. Pure: names are looked up elsewhere. */
import ipaddr from 'ipaddr.js';
import type { AddressPolicy } from './guarded-lookup.js';

/** What is allowed beyond the public internet. */
export interface AddressRules {
  /** Addresses of this machine itself, 127.0.0.0/8 and ::1. */
  allowLoopback: boolean;
  /** 10/8, 172.16/12, 192.168/16, 100.64/10 (shared by carriers) and fc00::/7. */
  allowPrivateNetworks: boolean;
  /** Networks in CIDR notation that are allowed whatever else is said. Must be valid. */
  allowedNetworks: readonly string[];
}

/** `reserved` is all that no public server can have: link-local (where clouds serve credentials), multicast, documentation … */
export type AddressKind = 'public' | 'private' | 'loopback' | 'reserved';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const PRIVATE_RANGES = ['private', 'carrierGradeNat', 'uniqueLocal'];
/** All of public IPv6 lies here. What lies outside and is not known to the library (::a.b.c.d, old and future ranges) is not public. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** The well-known prefix of NAT64 (RFC 6052): the last 32 bits are the IPv4 address that is really reached. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** What kind of address it is; null for text that is no address. An IPv4 address within an IPv6 one counts as itself. */
export function addressKind(address: string): AddressKind | null {
  const parsed = parse(address);
  return parsed && kindOf(parsed);
}

/**
 * The rule for connections of `http` runs. Public addresses are allowed. Loopback is open or closed by its own rule alone. A network of the
 * list opens reserved addresses only when it lies within such a range whole: whoever writes `0.0.0.0/0` thinks of networks, not of those.
 */
export function addressPolicy(rules: AddressRules): AddressPolicy {
  const networks = rules.allowedNetworks.map((text) => {
    const [network, bits] = ipaddr.parseCIDR(text);
    return { network, bits, range: networkRange(text) };
  });
  return (_url, address) => {
    const parsed = parse(address);
    if (!parsed) return false;
    const kind = kindOf(parsed);
    if (kind === 'public') return true;
    if (kind === 'loopback') return rules.allowLoopback;
    if (kind === 'private' && rules.allowPrivateNetworks) return true;
    return networks.some(
      (listed) => matches(parsed, listed) && (kind === 'private' || listed.range === parsed.range()),
    );
  };
}

function matches(address: Address, { network, bits }: { network: Address; bits: number }): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** The range (in the words of the library) that a network lies in whole, judged by its first and last address; null when they differ. */
function networkRange(cidr: string): string | null {
  const family = ipaddr.parseCIDR(cidr)[0].kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = family.networkAddressFromCIDR(cidr).range();
  return first === family.broadcastAddressFromCIDR(cidr).range() ? first : null;
}

function kindOf(address: Address): AddressKind {
  const range: string = address.range();
  if (range === 'loopback') return 'loopback';
  if (PRIVATE_RANGES.includes(range)) return 'private';
  if (range !== 'unicast') return 'reserved';
  return address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST) ? 'reserved' : 'public';
}

function parse(text: string): Address | null {
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text); // unwraps ::ffff:a.b.c.d
  return address instanceof ipaddr.IPv6 && address.match(NAT64)
    ? new ipaddr.IPv4(address.toByteArray().slice(12))
    : address;
}
