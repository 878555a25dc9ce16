import { describe, expect, it } from 'vitest';
import { addressKind, addressPolicy, type AddressRules } from './address-policy.js';

const URL_OF_ANYTHING = new URL('http://example.org/');
const allows = (rules: Partial<AddressRules>, address: string): boolean =>
  addressPolicy({ allowLoopback: false, allowPrivateNetworks: false, allowedNetworks: [], ...rules })(
    URL_OF_ANYTHING,
    address,
  );

describe('addressKind', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::808:808', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['169.254.169.254', 'reserved'],
    ['64:ff9b::a9fe:a9fe', 'reserved'],
    ['fe80::1', 'reserved'],
    ['fe80::1%eth0', 'reserved'],
    ['fec0::1', 'reserved'],
    ['0.0.0.0', 'reserved'],
    ['0.1.2.3', 'reserved'],
    ['::', 'reserved'],
    ['::7f00:1', 'reserved'],
    ['::a00:1', 'reserved'],
    ['::ffff:0:7f00:1', 'reserved'],
    ['64:ff9b:1::a00:1', 'reserved'],
    ['2002:7f00:1::', 'reserved'],
    ['2001:0:7f00:1::', 'reserved'],
    ['224.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['ff02::1', 'reserved'],
    ['4000::1', 'reserved'],
    ['example.org', null],
    ['', null],
  ])('%s is %s', (address, kind) => expect(addressKind(address)).toBe(kind));
});

describe('addressPolicy', () => {
  it('allows nothing but the public internet unless told otherwise', () => {
    expect(allows({}, '8.8.8.8')).toBe(true);
    for (const address of ['127.0.0.1', '::1', '10.0.0.1', 'fd00::1', '169.254.169.254', '0.0.0.0', 'nonsense']) {
      expect([address, allows({}, address)]).toEqual([address, false]);
    }
  });

  it('opens loopback and private networks one by one, and neither opens link-local addresses', () => {
    expect(allows({ allowLoopback: true }, '127.0.0.1')).toBe(true);
    expect(allows({ allowLoopback: true }, '10.0.0.1')).toBe(false);
    expect(allows({ allowPrivateNetworks: true }, '10.0.0.1')).toBe(true);
    expect(allows({ allowPrivateNetworks: true }, '127.0.0.1')).toBe(false);
    expect(allows({ allowPrivateNetworks: true, allowLoopback: true }, '169.254.169.254')).toBe(false);
    expect(allows({ allowPrivateNetworks: true, allowLoopback: true }, '0.0.0.0')).toBe(false);
  });

  it('opens listed networks and nothing beside them', () => {
    const rules = { allowedNetworks: ['10.1.0.0/16', 'fd00:1::/32', '192.168.7.9/32'] };
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::5', '192.168.7.9'].map((a) => allows(rules, a))).toEqual(
      Array(4).fill(true),
    );
    expect(['10.2.0.1', 'fd00:2::5', '192.168.7.8', '127.0.0.1'].map((a) => allows(rules, a))).toEqual(
      Array(4).fill(false),
    );
  });

  it('opens reserved addresses only by a network that names them, and loopback by none', () => {
    expect(allows({ allowedNetworks: ['0.0.0.0/0', '::/0'] }, '10.0.0.1')).toBe(true);
    for (const address of ['127.0.0.1', '::1', '169.254.169.254', '0.0.0.0']) {
      expect([address, allows({ allowedNetworks: ['0.0.0.0/0', '::/0'] }, address)]).toEqual([address, false]);
    }
    expect(allows({ allowedNetworks: ['127.0.0.1/32'] }, '127.0.0.1')).toBe(false);
    expect(allows({ allowedNetworks: ['169.254.0.0/16'] }, '169.254.169.254')).toBe(true);
  });
});
