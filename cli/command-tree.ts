/**
 * What a tree of commands has in common: settings, `help COMMAND...`, and what is said of a word that is no command.
 * @module
 */
import { Command } from 'commander';
import { nearestName } from '../settings/nearest-name.js';

/**
 * Gives all commands below one its settings, a hint at their own help behind each error, and a `help`. A command with
 * commands below it takes any words from now on: its action is to `refuseWords`.
 */
export function settleCommands(command: Command): void {
  command.showHelpAfterError(`(${pathOf(command)} --help shows what can be said)`);
  if (command.commands.length === 0) return;
  command.addCommand(helpCommand(command));
  for (const below of command.commands) {
    below.copyInheritedSettings(command);
    settleCommands(below);
  }
  command.allowExcessArguments();
}

/** Ends with wrong usage if a command was given a word: it is no command below it. */
export function refuseWords(command: Command): void {
  const [word] = command.args;
  if (word !== undefined) refuseWord(command, word);
}

function helpCommand(of: Command): Command {
  return new Command('help')
    .argument('[command...]')
    .description('the help of a command')
    .action((words: readonly string[]) => {
      let found = of;
      for (const word of words)
        found = found.commands.find((below) => below.name() === word) ?? refuseWord(found, word);
      found.outputHelp();
    });
}

function refuseWord(command: Command, word: string): never {
  const known = command.commands.map((below) => below.name()).filter((name) => name !== 'help');
  const of = command.parent === null ? '' : ` of ${pathOf(command)}`;
  const which = known.length === 0 ? 'there are none' : nearestName(word, known);
  return command.error(`error: unknown command '${word}'${of}: ${which}`);
}

/** As it is typed: `lesswork pool drain`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
