/** An interface that a run needs, as the original prints it. */
export interface NeededInterface {
  /** `lan` of `lanInterface`; absent: it has none. */
  readonly name?: string;
  readonly value: string;
  readonly is_wireless: boolean;
  readonly is_ics: boolean;
}

/** A setting of a config by name: `testvar lanInterface eth1`. */
export interface Testvar {
  readonly name: string;
  readonly value: string;
}

const TESTVAR = /^\s*testvar\s+(\S+)\s*(.*?)\s*$/;
const INTERFACE = /^(.*)Interface$/;
const WIRELESS = /^(wifi|wlan|ath)\d*/;

/** The testvars of a config's text, in its order; comments and everything else is passed over. */
export function testvarsOf(contents: string): Testvar[] {
  return contents.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ''] = TESTVAR.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: unquoted(value) }];
  });
}

/** Those of `-testvar name=value` in the arguments for the command line; quotes keep blanks in a value. */
export function testvarsIn(extraCliArgs: string): Testvar[] {
  const words = [...extraCliArgs.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/["']/g, ''),
  );
  return words.flatMap((word, i) => {
    const [, name, value = ''] = /^([^=]+)=([^]*)$/.exec(words[i + 1] ?? '') ?? [];
    return /^--?testvar$/.test(word) && name !== undefined ? [{ name, value }] : [];
  });
}

/**
 * The interfaces that the testvars name, later ones in the place of earlier ones of the same name. `none` and an empty value mean that there is none. `plain` are
 * interfaces that the job itself needs, used when no testvar names any.
 */
export function interfacesOf(testvars: readonly Testvar[], plain: readonly string[]): NeededInterface[] {
  const byName = new Map<string, string>();
  for (const { name, value } of testvars) {
    const short = INTERFACE.exec(name)?.[1];
    if (short !== undefined && short !== '') byName.set(short, value);
  }
  const named = [...byName].filter(([, value]) => value !== '' && value !== 'none');
  if (named.length === 0) return plain.map((value) => ({ value, is_wireless: isWireless(value), is_ics: false }));
  return named.map(([name, value]) => ({ name, value, is_wireless: isWireless(value), is_ics: name === 'ics' }));
}

function isWireless(value: string): boolean {
  return WIRELESS.test(value);
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? /^\{(.*)\}$/.exec(value)?.[1] ?? value;
}
