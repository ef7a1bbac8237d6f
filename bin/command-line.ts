/** The command line, for all starts with arguments. */
import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../lib/errors/connector-error.ts';
import settingsSchema from '../schemas/settings.schema.json' with { type: 'json' };
import { runMainJob } from './main-job.ts';
import { VERSION } from './version.ts';

const DESCRIPTION = `Keeps OX App Suite in step with UCS: applies every change that waits in DATA/listener to OX, in order, and
removes each file once OX has accepted it. Stops at the first failure; started again, it goes on from there.`;

/** Answers the exit code. */
export async function runCommandLine(name: string, arguments_: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command(name === 'update-ox-db-cache' ? name : 'listener_trigger')
    .description(DESCRIPTION)
    .version(VERSION, '-V, --version', 'print version, commit and build')
    .option('--data-dir <directory>', 'data directory (wins over OX_CONNECTOR_DATA_DIR)')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', `\n${describeExitCodes()}\n\n${describeSettings()}`)
    .configureHelp({ helpWidth: 110 })
    .allowExcessArguments(false)
    .exitOverride()
    .action(async (options: { dataDir?: string }) => {
      code = await runMainJob(process.env, options.dataDir === undefined ? {} : { dataDirectory: options.dataDir });
    });
  try {
    await program.parseAsync(arguments_, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    return error.exitCode === 0 ? 0 : EXIT_CODES.USAGE;
  }
  return code;
}

function describeExitCodes(): string {
  const meanings: readonly [string, string][] = [
    ['0', 'done, or nothing to do'],
    ['64', 'mistake in the command line'],
    ['65', 'a queue file is invalid'],
    ['69', 'OX cannot be reached, or does not answer as OX does'],
    ['70', 'internal error'],
    ['74', 'the data directory cannot be read or written'],
    ['75', 'another run is going on'],
    ['76', 'OX refused a change'],
    ['77', 'OX refused the credentials'],
    ['78', 'settings, credentials file or attribute mapping are wrong'],
    ['130, 143', 'stopped by SIGINT or SIGTERM'],
  ];
  return ['Exit codes:', ...meanings.map(([codes, meaning]) => `  ${codes.padEnd(10)}${meaning}`)].join('\n');
}

function describeSettings(): string {
  const lines = Object.entries(settingsSchema.properties).map(([name, setting]) => {
    const initial = setting.default === '' ? '' : ` (default: ${setting.default})`;
    return `  ${name}${initial}\n      ${setting.title}`;
  });
  return ['Settings (environment variables; empty counts as not set):', ...lines].join('\n');
}
