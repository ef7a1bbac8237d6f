/** `support`: what whoever helps has to know, in one archive, without what is about people. */
import type { Command } from 'commander';
import { ConnectorError } from '../../lib/errors/connector-error.ts';
import { ifPossible } from '../../lib/errors/if-possible.ts';
import { writeSynced } from '../../lib/files/durable.ts';
import { tarGz } from '../../lib/support/archive.ts';
import { type Frame, inFrame } from '../frame.ts';
import { writeAsNamed } from '../output.ts';
import { openParts } from '../parts.ts';
import { gather, gatherWithoutSettings, isSecret, maskAll, type Section } from '../support-parts.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';

interface SupportOptions {
  readonly output?: string;
  readonly log?: string;
  readonly check: boolean;
}

interface Gathered {
  readonly sections: readonly Section[];
  /** The queue's; null: the settings do not even tell where it is. */
  readonly directory: string | null;
  readonly secrets: readonly string[];
}

export function addSupportVerb(program: Command, terminal: Terminal): void {
  const { environment } = terminal;
  program
    .command('support')
    .summary('one archive for a ticket, with everything personal and secret masked')
    .description(
      'Writes an archive (.tar.gz) with what whoever helps has to know: versions, settings, status, the last runs, what waits, ' +
        'the file that stops the queue, the result of check, and the end of the log. Names, addresses and other values of ' +
        'people are masked, secrets left out. Look through it before you send it.',
    )
    .option('--output <file>', 'the archive (default: ox-connector-support-TIME.tar.gz, here)')
    .option('--log <file>', 'where the log is (default: where UCS has it, if it is there)')
    .option('--no-check', 'without check, which asks OX')
    .action(async (options: SupportOptions, self: Command) => {
      const now = new Date();
      const wish = { ...options, environment, now };
      let gathered: Gathered | null = null;
      const take = async (frame: Frame): Promise<number> => {
        const { credentials } = openParts(frame.settings, frame.directory);
        gathered = {
          sections: await gather(frame, wish),
          directory: frame.directory,
          // A broken file of credentials is told by check.
          secrets: [...secretsIn(environment), ...(ifPossible(credentials.passwords) ?? [])],
        };
        return 0;
      };
      // Wrong settings, or no data directory, may be what help is asked for.
      const onFailure = (error: unknown): number => {
        gathered = { sections: gatherWithoutSettings(wish, error), directory: null, secrets: secretsIn(environment) };
        return 0;
      };
      await inFrame(environment, { dataDirectory: dataDirectoryOf(self), lock: false, onFailure }, take);
      terminal.finish(write(gathered, options.output, now));
    });
}

/** Answers the exit code. */
function write(gathered: Gathered | null, output: string | undefined, now: Date): number {
  const name = `ox-connector-support-${now.toISOString().slice(0, 19).replace(/[T:]/g, '-')}`;
  const file = output ?? `${name}.tar.gz`;
  const { sections = [], directory = null, secrets = [] } = gathered ?? {};
  const entries = maskAll(sections, directory, secrets);
  try {
    const archive = tarGz(name, entries, now);
    writeAsNamed(file, archive, () => writeSynced(file, archive));
  } catch (error) {
    if (!(error instanceof ConnectorError)) {
      throw error;
    }
    process.stderr.write(`error: ${error.message}\nWhat to do: ${error.remedy}\n`);
    return error.exitCode;
  }
  const list = entries.map((each) => `  ${each.name}\n`).join('');
  process.stdout.write(`${file}\n${list}Look through it before you send it.\n`);
  return 0;
}

function secretsIn(environment: Terminal['environment']): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (value && isSecret(name) ? [value] : []));
}
