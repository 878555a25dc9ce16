import type { BodyFields } from './body-fields.js';

const MOST_TESTVARS = 1_000;
const TESTVAR_TEXTS = ['group', 'name', 'value', 'default', 'action'] as const;

/** A testvar as the client sends it; its members are absent where it has none, because the client cannot read null. */
export interface OptionTestvar {
  readonly group?: string;
  readonly name?: string;
  readonly value?: string;
  readonly default?: string;
  readonly isdefault?: boolean;
  readonly line?: string;
  readonly action?: string;
}

/** Options of a launch, without what is null. */
export interface JobOptions {
  readonly tags?: readonly string[];
  readonly skip_tests?: readonly string[];
  readonly begin_at?: string;
  readonly end_at?: string;
  readonly extra_cli_args?: string;
  readonly testvars?: readonly OptionTestvar[];
}

/** Reads `options`; null members are passed over. Throws `invalid_input`. */
export function readOptions(options: BodyFields): JobOptions {
  return present({
    tags: options.texts('tags'),
    skip_tests: options.texts('skip_tests'),
    begin_at: options.text('begin_at'),
    end_at: options.text('end_at'),
    extra_cli_args: options.text('extra_cli_args'),
    testvars: options.objects('testvars', MOST_TESTVARS)?.map(readTestvar),
  });
}

/** The same object without members that are undefined. */
export function present(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function readTestvar(fields: BodyFields): OptionTestvar {
  const texts = Object.fromEntries(TESTVAR_TEXTS.map((name) => [name, fields.text(name)]));
  return present({ ...texts, isdefault: fields.flag('isdefault'), line: fields.count('line') });
}
