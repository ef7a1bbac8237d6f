/** What `--help` says of every verb, from the command line itself. */

import './unversioned.ts';
import type { Command } from 'commander';
import { verbsOf } from '../bin/completion.ts';
import { createLscProgram, createProgram } from '../bin/program.ts';
import { EXAMPLES, EXIT_CODE_MEANINGS, FILES } from '../bin/verb-facts.ts';
import { code, table } from './markdown.ts';

export function commandReference(): string {
  const terminal = { environment: {}, words: [], finish: () => undefined };
  const [program, lsc] = [createProgram(terminal), createLscProgram(terminal)];
  return [
    '## Options',
    program.description(),
    ...verbsOf(program).map(({ path, command }) => section(path, command)),
    '### `lsc`',
    lsc.description(),
    optionsOf(lsc),
    '## Examples',
    table(
      ['what for', 'words'],
      EXAMPLES.map(([purpose, commands]) => [purpose, code(commands)]),
    ),
    '## Files below the data directory',
    table(
      ['path', 'what'],
      FILES.map(([path, meaning]) => [code(path), meaning]),
    ),
    '## Exit codes',
    table(['code', 'meaning'], EXIT_CODE_MEANINGS),
  ].join('\n\n');
}

function section(path: string, command: Command): string {
  const summary = command.summary();
  return [
    ...(path === '' ? [] : [`### ${code(`${path} ${command.usage()}`)}`]),
    ...(summary === '' ? [] : [`*${summary}*`]),
    ...(path === '' || command.description() === '' ? [] : [command.description()]),
    ...(command.options.length === 0 ? [] : [optionsOf(command)]),
  ].join('\n\n');
}

function optionsOf({ options }: Command): string {
  const rows = options.map(({ flags, description, argChoices, defaultValue }) => [
    code(flags),
    [
      description,
      ...(argChoices === undefined ? [] : [`one of ${argChoices.map(code).join(', ')}`]),
      ...(typeof defaultValue === 'string' || typeof defaultValue === 'number'
        ? [`default ${code(String(defaultValue))}`]
        : []),
    ].join('; '),
  ]);
  return table(['option', 'meaning'], rows);
}
