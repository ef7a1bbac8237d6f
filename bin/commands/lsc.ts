/** The command line of LSC, so that a line of cron stays as it is; exit codes are ours. */
import { type Command, InvalidArgumentError } from 'commander';
import { painter } from '../colours.ts';
import { numberIn } from '../option-values.ts';
import { runVerb, type Terminal } from '../terminal.ts';
import { tellFindings } from './check.ts';

interface Options {
  readonly config: string;
  readonly synchronize?: string;
  readonly clean?: string;
  readonly threads: number;
  readonly dryrun?: boolean;
  readonly nocreate?: boolean;
  readonly noupdate?: boolean;
  readonly nodelete?: boolean;
  readonly nomodrdn?: boolean;
  readonly timeLimit: number;
  readonly validate?: boolean;
}

const DEFAULT_THREADS = 5;
const DEFAULT_SECONDS = 3600;

/** LSC has short options of two letters. */
const TWO_LETTERS: Readonly<Record<string, string>> = {
  '-nc': '--nocreate',
  '-nu': '--noupdate',
  '-nd': '--nodelete',
  '-nr': '--nomodrdn',
};

export function spellOut(words: readonly string[]): string[] {
  return words.map((word) => TWO_LETTERS[word] ?? word);
}

export function addLscOptions(command: Command, terminal: Terminal): Command {
  return command
    .description(
      'Takes the place of LSC with its James and TMail plugin: reads the same lsc.xml. Exit code 0: everything is in step; 76: something was ' +
        'refused, and is named (docs/tmail.md).',
    )
    .option('-f, --config <path>', 'directory of the lsc.xml, or the file', '/etc/lsc')
    .option('-s, --synchronize <tasks>', 'set what the directory has: all, or names of tasks joined by commas')
    .option('-c, --clean <tasks>', 'remove what the directory no longer has: all, or names of tasks')
    .option('-t, --threads <number>', 'requests at once', parseNumber, DEFAULT_THREADS)
    .option('-n, --dryrun', 'send nothing, only say what would be done')
    .option('--nocreate', 'create no account (-nc)')
    .option('--noupdate', 'change nothing of those that are there (-nu)')
    .option('--nodelete', 'remove no mailbox (-nd)')
    .option('--nomodrdn', 'change no address (-nr)')
    .option('-i, --time-limit <seconds>', 'end the run after this time', parseNumber, DEFAULT_SECONDS)
    .option(
      '-v, --validate',
      'look at configuration, directory and server, and name what differs; exit code 1: something does',
    )
    .option('-a, --asynchronous-synchronize <tasks>', 'not taken', refuseAsynchronous)
    .action(async (options: Options, self: Command) => {
      const isLook = options.validate === true || options.dryrun === true;
      if (options.synchronize === undefined && options.clean === undefined && options.validate !== true) {
        self.error('error: say what to do: -s all, -c all, or both');
      }
      await runVerb(terminal, self, { lock: !isLook }, async (frame) => {
        const { configurationsIn, runTasks } = await import('../lsc-job.ts');
        if (options.validate === true) {
          const { findingsWith } = await import('../check-tmail.ts');
          const configurations = configurationsIn(frame, options.config, terminal.environment);
          const findings = findingsWith(configurations, frame);
          return tellFindings(findings, frame, {}, painter(process.stdout, terminal.environment));
        }
        const job = {
          facets: null,
          synchronize: options.synchronize ?? null,
          cleanTasks: options.nodelete === true ? null : (options.clean ?? null),
          dryRun: options.dryrun === true,
          full: false,
          only: null,
          allowedDeletions: null,
          json: false,
          create: options.nocreate !== true,
          update: options.noupdate !== true,
          rename: options.nomodrdn !== true,
          concurrency: options.threads,
          timeLimit: options.timeLimit,
        };
        return runTasks(frame, options.config, job, terminal.environment);
      });
    });
}

const parseNumber = numberIn(/^[1-9]\d{0,6}$/, 'expected a number from 1');

function refuseAsynchronous(): never {
  throw new InvalidArgumentError(
    'it is not taken: start `lsc -s all` by cron or a timer as often as you like, unchanged people cost nothing',
  );
}
