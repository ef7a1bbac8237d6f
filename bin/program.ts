/** The program's verbs and options in one tree: help, completion and the man page are made of it. */
import { Command } from 'commander';
import { printable } from '../lib/errors/printable.ts';
import { nearest } from '../lib/errors/suggestion.ts';
import { addCacheOptions, addCacheVerb } from './commands/cache.ts';
import { addCheckVerb } from './commands/check.ts';
import { addCredentialsVerb } from './commands/credentials.ts';
import { addLscOptions } from './commands/lsc.ts';
import { addMappingVerb } from './commands/mapping.ts';
import { addPlanVerb } from './commands/plan.ts';
import { addFetchVerb, addFollowVerb, addSubscribeVerb } from './commands/provisioning.ts';
import { addQueueVerb } from './commands/queue.ts';
import { addReprovisionVerb } from './commands/reprovision.ts';
import { addStatusVerb } from './commands/status.ts';
import { addSupportVerb } from './commands/support.ts';
import { addAdoptVerb, addSyncOptions, addSyncVerb } from './commands/sync.ts';
import { addTextVerbs } from './commands/texts.ts';
import { runMainJob } from './main-job.ts';
import { widthOf, wrapped } from './table.ts';
import type { Terminal } from './terminal.ts';
import { EXIT_CODE_MEANINGS, SETTINGS } from './verb-facts.ts';
import { VERSION } from './version.ts';

const DESCRIPTION =
  'Keeps OX App Suite in step with UCS: applies every change that waits in DATA/listener to OX, in order, and removes each file ' +
  'once OX has accepted it. Stops at the first failure; started again, it goes on from there. Without a verb it does this main job.';

export function createProgram(terminal: Terminal): Command {
  const program = prepare(new Command('listener_trigger'))
    .description(DESCRIPTION)
    .helpCommand(false)
    .action(async (options: { dataDir?: string }) => {
      if (program.args.length > 0) {
        program.error(notUnderstood(program));
      }
      terminal.finish(await runMainJob(terminal.environment, options.dataDir));
    });
  for (const add of [
    addStatusVerb,
    addQueueVerb,
    addPlanVerb,
    addCheckVerb,
    addSupportVerb,
    addReprovisionVerb,
    addCredentialsVerb,
    addMappingVerb,
    addCacheVerb,
    addFetchVerb,
    addFollowVerb,
    addSubscribeVerb,
    addSyncVerb,
    addAdoptVerb,
  ]) {
    add(program, terminal);
  }
  addTextVerbs(program, terminal, () => createCacheProgram(terminal));
  addHelpVerb(program);
  // Only here, not of the verbs: said by `notUnderstood`, with what may have been meant.
  return program.allowExcessArguments(true).allowUnknownOption(true);
}

/** The main job takes no words: what is there was meant to be a verb, or is an option that there is not. */
function notUnderstood(program: Command): string {
  const [first = ''] = program.args;
  if (!first.startsWith('-')) {
    return unknownVerb(program, [first]);
  }
  const options = program.options.map(({ long }) => long ?? '');
  return `error: unknown option '${printable(first)}'${meant(first, options)}\nSee listener_trigger --help.`;
}

/** The last of the words is none of `command`. */
function unknownVerb({ commands }: Command, words: readonly string[]): string {
  const known = commands.map((each) => each.name());
  const there = known.length === 0 ? '' : `There are ${known.join(', ')}. `;
  const see = ['listener_trigger', ...words.slice(0, -1), '--help'].join(' ');
  return `error: unknown verb '${printable(words.join(' '))}'${meant(words.at(-1) ?? '', known)}\n${there}See ${see}.`;
}

function meant(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === null ? '' : `: did you mean ${near}?`;
}

/** Commander's own takes one word, and is silent about one that it does not know. */
function addHelpVerb(program: Command): void {
  program
    .command('help [verb...]')
    .summary('print the help of a verb')
    .description('Prints the help of a verb.')
    .action((words: string[]) => {
      const find = (command: Command, word: string, at: number): Command =>
        command.commands.find((each) => each.name() === word) ??
        program.error(unknownVerb(command, words.slice(0, at + 1)));
      words.reduce(find, program).help();
    });
}

/** The same binary under its other name. */
export function createCacheProgram(terminal: Terminal): Command {
  return addCacheOptions(prepare(new Command('update-ox-db-cache')), terminal);
}

/** The same binary as a program for TMail alone. */
export function createSyncProgram(terminal: Terminal): Command {
  return addSyncOptions(prepare(new Command('tmail-sync')), terminal);
}

/** The same binary under the name, and with the options, of the tool that it takes the place of. */
export function createLscProgram(terminal: Terminal): Command {
  return addLscOptions(withCommonOptions(new Command('lsc')), terminal);
}

function prepare(command: Command): Command {
  return withCommonOptions(command)
    .addHelpText('after', () => `\n${describeExitCodes()}\n\n${describeSettings()}`)
    .configureHelp({ helpWidth: helpWidth(), showGlobalOptions: true });
}

function withCommonOptions(command: Command): Command {
  return command
    .version(VERSION, '-V, --version', 'print version, commit and build')
    .option('--data-dir <directory>', 'data directory (wins over OX_CONNECTOR_DATA_DIR)')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
    .exitOverride();
}

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST_HELP = 110;

function helpWidth(): number {
  return Math.min(widthOf(process.stdout), WIDEST_HELP);
}

function describeExitCodes(): string {
  const lines = EXIT_CODE_MEANINGS.map(([codes, meaning]) => {
    const text = wrapped(meaning, ' '.repeat(CODES_WIDTH), helpWidth());
    return `  ${codes}`.padEnd(CODES_WIDTH) + text.slice(CODES_WIDTH);
  });
  return ['Exit codes:', ...lines].join('\n');
}

const CODES_WIDTH = 12;

function describeSettings(): string {
  const lines = SETTINGS.map(
    ({ name, initial, title }) =>
      `${wrapped(name + (initial === '' ? '' : ` (default: ${initial})`), '  ', helpWidth())}\n${wrapped(title, '      ', helpWidth())}`,
  );
  return ['Settings (environment variables; empty counts as not set):', ...lines].join('\n');
}
