import { describe, expect, it } from 'vitest';
import { interfacesOf, testvarsIn, testvarsOf } from './interfaces.js';

const CONFIG = `# a comment
testvar lanInterface eth1
  testvar  wanInterface   "wifi0"
testvar_group lan2 {
  testvar lanIp {192.168.1.1}
}
# testvar icsInterface eth9
`;

describe('interfaces of a run', () => {
  it('stand in the config', () => {
    expect(testvarsOf(CONFIG)).toEqual([
      { name: 'lanInterface', value: 'eth1' },
      { name: 'wanInterface', value: 'wifi0' },
      { name: 'lanIp', value: '192.168.1.1' },
    ]);
    expect(interfacesOf(testvarsOf(CONFIG), ['unused'])).toEqual([
      { name: 'lan', value: 'eth1', is_wireless: false, is_ics: false },
      { name: 'wan', value: 'wifi0', is_wireless: true, is_ics: false },
    ]);
  });

  it.each([
    ['-testvar lanInterface=eth2', [{ name: 'lanInterface', value: 'eth2' }]],
    [
      '--testvar a="b c" -testvar d=',
      [
        { name: 'a', value: 'b c' },
        { name: 'd', value: '' },
      ],
    ],
    ["-v -testvar 'x=y=z' tail", [{ name: 'x', value: 'y=z' }]],
    ['-testvar', []],
    ['testvar lanInterface=eth2', []],
    ['', []],
  ])('are overridden by %j', (text, testvars) => expect(testvarsIn(text)).toEqual(testvars));

  it('take the latest of a name in the place of the first; none is none', () => {
    const testvars = [...testvarsOf(CONFIG), ...testvarsIn('-testvar lanInterface=eth2 -testvar wanInterface=none')];
    expect(interfacesOf(testvars, [])).toEqual([{ name: 'lan', value: 'eth2', is_wireless: false, is_ics: false }]);
    expect(interfacesOf([{ name: 'icsInterface', value: 'eth3' }], [])).toMatchObject([{ is_ics: true }]);
  });

  it('are those of the job where nothing else names any', () => {
    expect(interfacesOf([], ['eth0', 'wlan1'])).toEqual([
      { value: 'eth0', is_wireless: false, is_ics: false },
      { value: 'wlan1', is_wireless: true, is_ics: false },
    ]);
  });
});
