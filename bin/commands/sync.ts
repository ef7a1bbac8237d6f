/** `sync`, also called tmail-sync: brings a TMail or James server in step with an LDAP directory. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FACETS, type FacetName } from '../../lib/tmail/facet-names.ts';
import { numberIn } from '../option-values.ts';
import type { SyncJob } from '../sync-run.ts';
import { runVerb, type Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly jobs?: readonly FacetName[];
  readonly clean?: boolean;
  readonly dryRun?: boolean;
  readonly full?: boolean;
  readonly only?: readonly string[];
  readonly allowDeletions?: number;
  readonly json?: boolean;
}

export function addSyncVerb(program: Command, terminal: Terminal): void {
  addSyncOptions(
    program.command('sync').summary('bring a TMail or James server in step with an LDAP directory'),
    terminal,
  );
}

export function addSyncOptions(command: Command, terminal: Terminal): Command {
  addImportVerb(command, terminal);
  return command
    .description(
      'Reads the people of an LDAP directory and brings the accounts, aliases, forwards, quotas, identities and contacts of a TMail or ' +
        'Apache James server in step (DATA/tmail.json). Secrets: the files that tmail.json names, or TMAIL_TOKEN, TMAIL_PASSWORD and ' +
        'TMAIL_LDAP_PASSWORD in the environment. Exit code 76: something was refused, and is named.',
    )
    .option('--config <file>', 'configuration (default: DATA/tmail.json), or a directory with an lsc.xml')
    .option('--jobs <list>', `only these, joined by commas: ${FACETS.join(', ')}`, parseJobs)
    .option('--clean', 'also remove what the directory no longer has')
    .option('--dry-run', 'send nothing, only say what would be done')
    .option('--full', 'look at everybody on the server, also whose entry did not change')
    .option('--only <address...>', 'only the mailboxes of these addresses')
    .option(
      '--allow-deletions <number>',
      'remove up to this many mailboxes in this run',
      numberIn(/^\d{1,7}$/, 'expected a number'),
    )
    .addOption(new Option('--json', 'print the result as JSON'))
    .action(async (options: Options, self: Command) => {
      const job: SyncJob = {
        facets: options.jobs ?? null,
        clean: options.clean === true ? (options.jobs ?? null) : [],
        dryRun: options.dryRun === true,
        full: options.full === true,
        only: options.only ?? null,
        allowedDeletions: options.allowDeletions ?? null,
        json: options.json === true,
      };
      await runVerb(terminal, self, { lock: !job.dryRun }, async (frame) => {
        const { runSync } = await import('../sync-job.ts');
        return runSync(frame, options.config, job, terminal.environment);
      });
    });
}

function addImportVerb(sync: Command, terminal: Terminal): void {
  sync
    .command('import <directory...>')
    .summary('write DATA/tmail.json from the directories of LSC')
    .description('Reads the lsc.xml of each directory and writes one configuration, with its secrets in files.')
    .option('--output <file>', 'where to write it (default: DATA/tmail.json)')
    .action(async (directories: string[], options: { output?: string }, self: Command) => {
      await runVerb(terminal, self, { lock: true }, async (frame) => {
        const { importTasks } = await import('../lsc-job.ts');
        return importTasks(frame, directories, options.output, terminal.environment);
      });
    });
}

export function addAdoptVerb(program: Command, terminal: Terminal): void {
  program
    .command('adopt <address>')
    .summary('give an address whose former owner left mail to somebody else')
    .description(
      'Allows that whoever gets this address next gets the mail that its former owner left on the TMail or James server. It is remembered ' +
        'until then.',
    )
    .action(async (address: string, _: object, self: Command) => {
      await runVerb(terminal, self, { lock: true }, async (frame) => {
        const { adopt } = await import('../sync-job.ts');
        return adopt(frame, address);
      });
    });
}

function parseJobs(text: string): readonly FacetName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !(FACETS as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`expected some of ${FACETS.join(', ')}, joined by commas`);
  }
  return names as FacetName[];
}
