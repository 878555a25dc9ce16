/** What the person at the terminal asked for. */
export type Command =
  { readonly kind: 'serve' | 'help' | 'version' } | { readonly kind: 'unknown'; readonly argument: string };

/** Reads the arguments after the program's name. All settings come from the environment, so there are few. */
export function readCommand(args: readonly string[]): Command {
  const unknown = args.find((argument) => !['--help', '-h', '--version', '-v'].includes(argument));
  if (unknown !== undefined) return { kind: 'unknown', argument: unknown };
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  return { kind: args.length > 0 ? 'version' : 'serve' };
}
