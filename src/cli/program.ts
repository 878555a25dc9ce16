import { Command } from 'commander';
import type { Terminal } from './terminal.js';
import { tenantCommands } from './tenant.commands.js';
import { tokenCommands } from './token.commands.js';
import { userCommands } from './user.commands.js';
import type { Workplace } from './workplace.js';

/**
 * The command line. `open` connects to the database; help and misuse do not need it. Throws commander's own error for misuse and
 * help (nothing here ends the process), and what services throw.
 */
export function buildProgram(open: () => Promise<Workplace>, terminal: Terminal): Command {
  const program = new Command('cli')
    .usage('<user | token | tenant> …')
    .description(
      'Manages the tenants, users and tokens of the database that the settings name (DATABASE_URL, or the embedded one in DATA_DIR), whether the server runs or not.',
    )
    .addCommand(tenantCommands(open, terminal))
    .addCommand(userCommands(open, terminal))
    .addCommand(tokenCommands(open, terminal));
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.exitOverride().showHelpAfterError('Add --help for what is possible.');
    command.configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    });
  }
  return program;
}
