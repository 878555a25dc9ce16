import { describe, expect, it } from 'vitest';
import { refuseUnclearHost } from './host-header.js';

const tell =
  (httpVersion: string, ...rawHeaders: string[]) =>
  (): void =>
    refuseUnclearHost({ httpVersion, rawHeaders });

describe('refuseUnclearHost', () => {
  it('wants exactly one Host', () => {
    expect(tell('1.1', 'Accept', 'host', 'hOST', 'a')).not.toThrow();
    expect(tell('1.1', 'Accept', 'host')).toThrow(/0 headers Host/);
    expect(tell('1.1', 'Host', 'a', 'host', 'a')).toThrow(/2 headers Host/);
  });

  it('does not want one of HTTP/1.0', () => {
    expect(tell('1.0')).not.toThrow();
    expect(tell('1.0', 'Host', 'a', 'Host', 'b')).toThrow(/2 headers Host/);
  });
});
