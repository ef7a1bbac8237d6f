/** `queue`: look at what waits and at what was set aside, set aside more, and put it back. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { painter } from '../colours.ts';
import type { Watched } from '../in-turn.ts';
import { numberIn } from '../option-values.ts';
import { openParts, type Parts } from '../parts.ts';
import { type ListOptions, listQueue } from '../queue-list.ts';
import { dropFiles, type MoveOptions, retryFiles, type Told, undropFiles } from '../queue-moves.ts';
import { showFile } from '../queue-show.ts';
import { widthOf } from '../table.ts';
import { runVerb, type Terminal } from '../terminal.ts';
import { parseInterval, WATCH_OPTION, watching } from '../watch.ts';

export function addQueueVerb(program: Command, terminal: Terminal): void {
  const queue = program.command('queue').summary('look at the files that wait or were set aside, set aside, put back');
  const run = (self: Command, act: (parts: Parts, watched: Watched) => Promise<Told>): Promise<void> =>
    runVerb(terminal, self, { lock: false }, async (frame) => {
      const { text, exitCode } = await act(openParts(frame.settings, frame.directory), frame);
      process.stdout.write(text);
      return exitCode;
    });
  addList(queue, terminal);
  queue
    .command('show <file>')
    .description(
      'Explains one file, wherever it is: the object before and after, why it was set aside, what the last run stopped at. ' +
        '`plan <file>` tells what the server would be sent.',
    )
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }, self: Command) =>
      run(self, async (parts) => ({
        text: showFile(parts, file, options.json === true, widthOf(process.stdout)),
        exitCode: 0,
      })),
    );
  withSelection(
    queue
      .command('drop [files...]')
      .description('Moves files that wait or are parked to listener/dropped, with the reason. Nothing is deleted.'),
    'all that wait and are parked, or those that --parked, --invalid, --type and --object select',
  )
    .option('--parked', 'with --all: those that are parked')
    .option('--invalid', 'with --all: those that are not as they must be')
    .option('--reason <text>', 'why, for those who find it later (default: what the run said)', parseWords)
    .option('-y, --yes', 'do not ask')
    .action((files: string[], options: MoveOptions, self: Command) => {
      requireChoice(files, options, self);
      return run(self, (parts, watched) => dropFiles(parts, watched, files, options));
    });
  withSelection(
    queue
      .command('retry [files...]')
      .description(
        'Puts parked files (OX_CONNECTOR_STOP_ON_ERROR=false) back into the queue, as they are and at their old places; ' +
          'all of them, if none is named.',
      ),
    'all, or those that --type and --object select; the same as naming none',
  ).action((files: string[], options: MoveOptions, self: Command) => {
    refuseBoth(files, options, self);
    return run(self, (parts, watched) => retryFiles(parts, watched, files, options));
  });
  withSelection(
    queue
      .command('undrop [files...]')
      .description(
        'Puts dropped files back into the queue, as they are and at their old places. Asks where the object was changed ' +
          'since: save it in UDM instead, that brings its current state.',
      ),
    'all, or those that --type and --object select',
  )
    .option('-y, --yes', 'do not ask')
    .action((files: string[], options: MoveOptions, self: Command) => {
      requireChoice(files, options, self);
      return run(self, (parts, watched) => undropFiles(parts, watched, files, options));
    });
}

function addList(queue: Command, terminal: Terminal): void {
  queue
    .command('list')
    .description(
      'Lists the files in the order in which they are processed, with what is wrong with them, and those that a run has ' +
        'parked, by reason.',
    )
    .option('--parked', 'only those that a run has parked')
    .option('--dropped', 'only those that `queue drop` has set aside')
    .option('--invalid', 'only those that are not as they must be')
    .addOption(typeOption())
    .option('--object <text>', 'only those whose DN or id has this in it', parseWords)
    .option('--limit <number>', 'show so many of each kind; 0: all (default: 100, and 3 for each reason)', parseLimit)
    .option('--json', 'print JSON: all of them')
    .option(...WATCH_OPTION, parseInterval)
    .action(async (options: ListOptions & { watch?: number | true }, self: Command) => {
      await runVerb(terminal, self, { lock: false }, async ({ settings, directory }) => {
        const parts = openParts(settings, directory);
        const paint = painter(process.stdout, terminal.environment);
        await watching(options.watch, () => {
          process.stdout.write(listQueue(parts, options, widthOf(process.stdout), paint));
        });
        return 0;
      });
    });
}

function withSelection(command: Command, all: string): Command {
  return command
    .option('--all', all)
    .addOption(typeOption('with --all: '))
    .option('--object <text>', 'with --all: those whose DN or id has this in it', parseWords);
}

function typeOption(before = ''): Option {
  return new Option('--type <type>', `${before}only those about this type`).choices([...OBJECT_TYPES]);
}

function requireChoice(files: readonly string[], options: MoveOptions, self: Command): void {
  refuseBoth(files, options, self);
  if (files.length === 0 && options.all !== true) {
    self.error('error: name files, or use --all');
  }
}

function refuseBoth(
  files: readonly string[],
  { all, parked, invalid, type, object }: MoveOptions,
  self: Command,
): void {
  if (files.length > 0 && (all || parked || invalid || type !== undefined || object !== undefined)) {
    self.error('error: name files, or use --all with --type, --object and so on: not both');
  }
}

/** Nothing is part of every text: an option that a script leaves empty would mean all files. */
function parseWords(text: string): string {
  if (text.trim() === '') {
    throw new InvalidArgumentError('expected some words, or leave the option out');
  }
  return text;
}

const parseLimit = numberIn(/^\d{1,9}$/, 'expected a number');
