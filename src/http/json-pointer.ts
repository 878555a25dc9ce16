/** The JSON pointer (RFC 6901) of a path of keys and indexes; empty for the whole document. */
export function pointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
