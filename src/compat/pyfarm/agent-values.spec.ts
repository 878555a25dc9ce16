import { describe, expect, it } from 'vitest';
import { checkRanges, diskList, enumName, isHostname, isReachableIp, macAddresses, peerIp } from './agent-values.js';

describe('what agents say of themselves', () => {
  it.each([
    ['state', 'running', 'running'],
    ['state', 200, 'disabled'],
    ['state', 203, 'running'],
    ['use_address', 312, 'remote'],
  ])('%s %j is %s', (column, value, name) => expect(enumName(column, value)).toBe(name));

  it.each([199, 204, 'asleep', '200', 'toString'])('%j is no state', (value) =>
    expect(() => enumName('state', value)).toThrow('disabled, offline, online, running'),
  );

  it.each([
    ['port', 1023],
    ['port', 65_536],
    ['cpus', 0],
    ['ram', 262_145],
    ['free_ram', -1],
  ])('%s cannot be %i', (name, value) => expect(() => checkRanges({ [name]: value })).toThrow(`\`${name}\``));

  it('takes the bounds themselves', () => expect(() => checkRanges({ port: 1024, cpus: 256, ram: 16 })).not.toThrow());

  it.each(['agent1', 'a.b-c.example', '1'])('%s is a host name', (name) => expect(isHostname(name)).toBe(true));
  it.each(['', 'a_b', '-a', 'a-', 'a..b', 'a b', 'x'.repeat(256)])('%j is none', (name) =>
    expect(isHostname(name)).toBe(false),
  );

  it.each(['10.196.200.115', '192.168.0.1', '8.8.8.8'])('%s can be reached', (ip) =>
    expect(isReachableIp(ip)).toBe(true),
  );
  it.each(['127.0.0.1', '0.0.0.0', '224.0.0.1', '169.254.1.1', '255.255.255.255', '256.1.1.1', '1.2.3', '::1', ''])(
    '%j cannot',
    (ip) => expect(isReachableIp(ip)).toBe(false),
  );

  it('knows the address of a peer behind an IPv6 socket', () => {
    expect([peerIp('::ffff:10.0.0.7'), peerIp('::1'), peerIp('127.0.0.1')]).toEqual(['10.0.0.7', null, null]);
  });

  it('keeps what is an address of a network card', () =>
    expect(macAddresses(['00:11:22:AA:BB:CC', 'nonsense'])).toEqual(['00:11:22:aa:bb:cc']));

  it('keeps of disks what is known of disks', () => {
    expect(diskList([{ mountpoint: '/', size: 2, free: 1, more: true }])).toEqual([
      { mountpoint: '/', size: 2, free: 1 },
    ]);
    expect(() => diskList([{ mountpoint: '/', size: '2', free: 1 }])).toThrow('`disks`');
    expect(() => diskList('none')).toThrow('`disks`');
  });
});
