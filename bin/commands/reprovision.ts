/** `reprovision`: puts last states back into the queue. */
import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConnectorError } from '../../lib/errors/connector-error.ts';
import { OBJECT_TYPES, type ObjectType } from '../../lib/model/change.ts';
import { addAgain, findObjects } from '../../lib/queue/again.ts';
import { type Frame, inFrame } from '../frame.ts';
import { openParts } from '../parts.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';

interface ReprovisionOptions {
  readonly type?: ObjectType;
  readonly all?: boolean;
  readonly skipped?: boolean;
  readonly yes?: boolean;
}

export function addReprovisionVerb(program: Command, terminal: Terminal): void {
  program
    .command('reprovision [objects...]')
    .summary('put objects back into the queue as they were last provisioned')
    .description(
      'Puts objects back into the queue as they were last provisioned. Name them by DN, id, user name, group name or mail address.',
    )
    .addOption(new Option('--type <type>', 'only objects of this type').choices([...OBJECT_TYPES]))
    .option('--all', 'all objects')
    .option('--skipped', 'those that were skipped because their context had no credentials')
    .option('-y, --yes', 'do not ask, even for more than one')
    .action(async (objects: string[], options: ReprovisionOptions, self: Command) => {
      if (objects.length === 0 && !options.all && !options.skipped && options.type === undefined) {
        self.error('error: name objects, or use --type, --all or --skipped');
      }
      if (objects.length > 0 && (options.all || options.skipped)) {
        throw new InvalidArgumentError('objects exclude --all and --skipped');
      }
      const frame = { dataDirectory: dataDirectoryOf(self), lock: false };
      terminal.finish(await inFrame(terminal.environment, frame, (each) => reprovision(each, objects, options)));
    });
}

async function reprovision(frame: Frame, objects: readonly string[], options: ReprovisionOptions): Promise<number> {
  const { inbox, lastStates } = openParts(frame.settings, frame.directory);
  const { all = false, skipped = false, type = null } = options;
  const { ids, unknown } = findObjects(lastStates, { objects, type, all, skipped });
  if (unknown.length > 0) {
    throw new ConnectorError(
      'QUEUE_FILE_INVALID',
      `not known: ${unknown.join(', ')}`,
      {},
      undefined,
      `Only objects with a last state in ${lastStates.directory} can be provisioned again. Save the object in UDM to bring a new one.`,
    );
  }
  if (ids.length > 1 && !options.yes && !(await isConfirmed(ids.length))) {
    frame.log.warning('nothing done: not confirmed (use --yes where nobody can be asked)');
    return 0;
  }
  const waiting = new Set(inbox.list().map((name) => readId(() => inbox.read(name)?.id)));
  // What already waits will be provisioned anyway.
  const added = ids.filter((id) => !waiting.has(id.toLowerCase()) && addAgain(inbox, lastStates, id) !== null);
  frame.log.info(`${added.length} objects are in the queue again`, {
    waitingAlready: String(ids.length - added.length),
  });
  return 0;
}

function readId(read: () => string | undefined): string {
  try {
    return read()?.toLowerCase() ?? '';
  } catch {
    // A file that cannot be read is none that waits for one of these.
    return '';
  }
}

async function isConfirmed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) {
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Put ${count} objects into the queue? [y/N] `);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
