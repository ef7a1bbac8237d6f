/** `queue`: look at the files that wait, set one aside, bring parked ones back. */
import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { ConnectorError, hasCode } from '../../lib/errors/connector-error.ts';
import { printable, printableJson } from '../../lib/errors/printable.ts';
import { makeDirectoryDurably, syncDirectory, writeSynced } from '../../lib/files/durable.ts';
import type { Envelope } from '../../lib/model/change.ts';
import { describeQueue, differences } from '../../lib/queue/describe.ts';
import { summarize } from '../../lib/queue/order.ts';
import { openParking } from '../../lib/queue/parking.ts';
import { givesUp } from '../../lib/run/identity.ts';
import { rereadParked } from '../../lib/source/provisioning/parked.ts';
import { envelopeMistakes } from '../../lib/validate/envelope.ts';
import { objectMistakes } from '../../lib/validate/objects.ts';
import { messageMistakes } from '../../lib/validate/provisioning.ts';
import { type Frame, inFrame } from '../frame.ts';
import { openParts, type Parts } from '../parts.ts';
import { formatAge, formatTable } from '../table.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';

interface QueueOptions {
  readonly json?: boolean;
  readonly reason?: string;
}

type Act = (parts: Parts, frame: Frame, options: QueueOptions, file: string) => number;

export function addQueueVerb(program: Command, terminal: Terminal): void {
  const queue = program.command('queue').summary('look at the files that wait, and set one aside');
  const run = async (act: Act, self: Command, options: QueueOptions, file = ''): Promise<void> => {
    const frame = { dataDirectory: dataDirectoryOf(self), lock: false };
    terminal.finish(
      await inFrame(terminal.environment, frame, async (each) =>
        act(openParts(each.settings, each.directory), each, options, file),
      ),
    );
  };
  queue
    .command('list')
    .description('Lists the files in the order in which they are processed, with what is wrong with them.')
    .option('--json', 'print JSON')
    .action((options: QueueOptions, self: Command) => run(list, self, options));
  queue
    .command('show <file>')
    .description('Explains one file: the object before and after. `plan <file>` tells what OX would be sent.')
    .option('--json', 'print JSON')
    .action((file: string, options: QueueOptions, self: Command) => run(show, self, options, file));
  queue
    .command('drop <file>')
    .description('Moves a file to listener/dropped, with the reason. Nothing is deleted.')
    .requiredOption('--reason <text>', 'why, for those who find it later')
    .action((file: string, options: QueueOptions, self: Command) => run(drop, self, options, file));
  queue
    .command('retry')
    .description(
      'Puts the parked files (OX_CONNECTOR_STOP_ON_ERROR=false) back into the queue, as they are and at their old places.',
    )
    .action((options: QueueOptions, self: Command) => run(retry, self, options));
}

const list: Act = (parts, frame, { json }) => {
  const former = (id: string): number | null => {
    const state = parts.lastStates.read(id);
    return state && summarize('', state).contextId;
  };
  const files = describeQueue(parts.inbox, objectMistakes, former, new Date());
  const parked = openParking(parts.inbox).list();
  if (json) {
    const aside = parked.map(({ name, envelope, reason }) => ({
      name,
      dn: envelope?.dn ?? '',
      id: envelope?.id ?? '',
      reason,
    }));
    process.stdout.write(`${printableJson({ files, parked: aside })}\n`);
    return 0;
  }
  const rows = files.map(({ name, type, action, dn, ageSeconds, bytes, mistakes }) => [
    name,
    type || '?',
    action || '?',
    formatAge(ageSeconds),
    String(bytes),
    dn || '?',
    mistakes ? `INVALID: ${mistakes}` : 'valid',
  ]);
  process.stdout.write(`${formatTable(['FILE', 'TYPE', 'ACTION', 'AGE', 'BYTES', 'DN', 'VALID'], rows)}\n`);
  if (parked.length > 0) {
    const aside = parked.map(({ name, envelope, reason }) => [name, envelope?.dn ?? '?', reason]);
    process.stdout.write(`\n${formatTable(['PARKED', 'DN', 'REASON'], aside)}\n`);
  }
  frame.log.debug('listed', { files: String(files.length) });
  return 0;
};

const show: Act = (parts, _frame, { json }, file) => {
  const name = nameOf(file);
  const envelope = parts.inbox.read(name) ?? missing(parts.inbox.path(name));
  const before = parts.lastStates.read(envelope.id);
  const mistakes = envelope.object === null ? [] : objectMistakes(envelope.udm_object_type, envelope.object);
  const changes = differences(before?.object ?? null, envelope.object);
  if (json) {
    const shown = changes.map(([property, old, now]) => ({
      property,
      before: mask(property, old),
      after: mask(property, now),
    }));
    process.stdout.write(
      `${printableJson({ name, id: envelope.id, type: envelope.udm_object_type, dn: envelope.dn, mistakes, changes: shown })}\n`,
    );
    return 0;
  }
  const what = envelope.object === null ? 'deleted' : before === null ? 'new' : `${changes.length} properties differ`;
  const lines = [
    `File:   ${parts.inbox.path(name)}`,
    `Object: ${envelope.udm_object_type} ${envelope.dn} (${envelope.id})`,
    `Change: ${what}${envelope.oxConnectorReprovision ? ', to be provisioned again from its last state' : ''}`,
    `Valid:  ${mistakes.length === 0 ? 'yes' : mistakes.join('; ')}`,
  ];
  const rows = changes.map(([property, old, now]) => [
    property,
    short(mask(property, old)),
    short(mask(property, now)),
  ]);
  process.stdout.write(`${lines.map(printable).join('\n')}\n\n${formatTable(['PROPERTY', 'BEFORE', 'AFTER'], rows)}\n`);
  return 0;
};

const drop: Act = (parts, frame, { reason = '' }, file) => {
  const name = nameOf(file);
  const directory = join(parts.inbox.directory, 'dropped');
  noteWhatIsGivenUp(parts, name);
  makeDirectoryDurably(directory);
  writeSynced(join(directory, `${name.replace(/\.json$/, '')}.reason`), `${new Date().toISOString()} ${reason}\n`);
  try {
    renameSync(parts.inbox.path(name), join(directory, name));
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? missing(parts.inbox.path(name)) : error;
  }
  syncDirectory(directory);
  syncDirectory(parts.inbox.directory);
  frame.log.info('dropped', { file: join(directory, name), reason });
  return 0;
};

/** OX will not have the change, but UDM has it: the DN that the object had may pass on to another. */
function noteWhatIsGivenUp({ inbox, lastStates }: Parts, name: string): void {
  const envelope = readTolerantly(() => inbox.read(name));
  const state = envelope && !envelope.oxConnectorReprovision && readTolerantly(() => lastStates.read(envelope.id));
  if (envelope && state && givesUp(envelope, state) && state.object?.oxDbGivenUp === undefined) {
    inbox.add({ ...state, oxConnectorReprovision: true, oxConnectorGivenUp: name }, name);
  }
}

function readTolerantly(read: () => Envelope | null): Envelope | null {
  try {
    return read();
  } catch {
    // What cannot be read is dropped all the same.
    return null;
  }
}

const retry: Act = (parts, frame) => {
  const parking = openParking(parts.inbox);
  const { read, stay } = rereadParked(parts.inbox, parking, messageMistakes, envelopeMistakes);
  const count = read + parking.retry(stay);
  frame.log.info(`${count} parked files are back in the queue`);
  if (stay.size > 0) {
    frame.log.warning(`${stay.size} messages stay parked: they still cannot be used`);
  }
  return 0;
};

/** A name of the queue directory; a path to a file in it is understood too. */
function nameOf(file: string): string {
  const name = basename(file);
  return name.endsWith('.json') ? name : `${name}.json`;
}

function missing(path: string): never {
  throw new ConnectorError(
    'QUEUE_FILE_INVALID',
    `${path} is not there`,
    { file: path },
    undefined,
    'See `queue list` for the names.',
  );
}

const SECRET = /pass|secret|hash|key/i;

function mask(property: string, value: unknown): unknown {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return SECRET.test(property) && !isEmpty && typeof value !== 'boolean' ? '(not shown)' : value;
}

function short(value: unknown): string {
  const text = value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
