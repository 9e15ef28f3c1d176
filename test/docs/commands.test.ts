import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';

const documents = [
  'README.md',
  ...readdirSync(join(PROJECT_ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Command lines of a document: in backticks, or at the start of a line of code. */
function commandLines(text: string): string[] {
  const inline = [...text.matchAll(/(?<!`)`(?:npx )?lesswork ([^`]+)`/g)];
  const blocks = [...text.matchAll(/^(?:\$ )?(?:npx )?lesswork ([a-z-]+(?: [^\n]*)?)$/gm)];
  return [...inline, ...blocks].map(([, line]) => line!.replace(/\s+/g, ' '));
}

/** Help of a command, and its subcommands. */
const helps = new Map<string, Promise<{ text: string; commands: readonly string[] }>>();
function helpOf(command: readonly string[]): Promise<{ text: string; commands: readonly string[] }> {
  const key = command.join(' ');
  const asked =
    helps.get(key) ??
    inOneProcess([...command, '--help']).then(({ code, stdout }) => {
      assert.equal(code, 0, key);
      const [, list = ''] = /\nCommands:\n((?: {2}[^\n]*\n)+)/.exec(stdout) ?? [];
      return { text: stdout, commands: [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name!) };
    });
  helps.set(key, asked);
  return asked;
}

test('documents name only commands and options that are there', async () => {
  const wrong: string[] = [];
  let looked = 0;
  for (const document of documents) {
    const lines = commandLines(readFileSync(join(PROJECT_ROOT, document), 'utf8'));
    for (const line of lines) {
      const words = line.split(' ');
      const command: string[] = [];
      let help = await helpOf(command);
      while (help.commands.includes(words[command.length] ?? '') && words[command.length] !== 'help') {
        command.push(words[command.length]!);
        help = await helpOf(command);
      }
      // `lesswork help pool drain`, `lesswork COMMAND --help`, `lesswork/0.1.0` are no command lines of one command.
      if (command.length === 0 && /^[a-z]/.test(words[0]!) && words[0] !== 'help')
        wrong.push(`${document}: no command: ${line}`);
      if (command.length === 0) continue;
      looked++;
      // What comes behind a pipe or a `&&` is another program's.
      const own = line.split(/ (?:\||&&|;) /)[0]!;
      for (const [, option] of own.matchAll(/(?<=\s)(--[a-z][a-z-]*)/g))
        if (!new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help.text))
          wrong.push(`${document}: no ${option}: ${line}`);
    }
  }
  assert.ok(looked > 100, `${looked} command lines`);
  assert.deepEqual(wrong, []);
});
