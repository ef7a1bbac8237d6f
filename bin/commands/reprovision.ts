/** `reprovision`: puts last states back into the queue. */
import { type Command, Option } from 'commander';
import { ConnectorError } from '../../lib/errors/connector-error.ts';
import { counted } from '../../lib/errors/printable.ts';
import { addAgain, findObjects, waitingIds } from '../../lib/memory/again.ts';
import { survivorsOf } from '../../lib/memory/last-state.ts';
import { OBJECT_TYPES, type ObjectType } from '../../lib/model/change.ts';
import { confirm } from '../confirmation.ts';
import type { Frame } from '../frame.ts';
import { inTurn, leftText } from '../in-turn.ts';
import { openParts } from '../parts.ts';
import { reportDamages } from '../report.ts';
import { runVerb, type Terminal } from '../terminal.ts';

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
        self.error('error: name objects, or use --all or --skipped: not both');
      }
      await runVerb(terminal, self, { lock: false }, (frame) => reprovision(frame, objects, options));
    });
}

async function reprovision(frame: Frame, objects: readonly string[], options: ReprovisionOptions): Promise<number> {
  const parts = openParts(frame.settings, frame.directory);
  const { inbox } = parts;
  const { lastStates, damages } = survivorsOf(parts.lastStates);
  const { all = false, skipped = false, type = null } = options;
  const { ids, unknown } = findObjects(lastStates, { objects, type, all, skipped });
  if (unknown.length > 0) {
    // One of these may be what was asked for.
    reportDamages(damages(), frame.log);
    throw new ConnectorError('QUEUE_FILE_INVALID', `not known: ${unknown.join(', ')}`, {
      remedy: `Only objects with a last state in ${lastStates.directory} can be provisioned again. Save the object in UDM to bring a new one.`,
    });
  }
  if (ids.length > 1) {
    await confirm(`Put ${ids.length} objects into the queue?`, options.yes === true);
  }
  const waiting = waitingIds(inbox);
  // What already waits will be provisioned anyway.
  let added = 0;
  const { left, exitCode } = await inTurn(frame, ids, (id) => {
    added += !waiting.has(id.toLowerCase()) && addAgain(inbox, lastStates, id) !== null ? 1 : 0;
  });
  const rest = ids.length - left - added;
  const waited = rest === 0 ? '' : `, ${rest} ${rest === 1 ? 'waits' : 'wait'} already`;
  process.stdout.write(`${counted(added, 'object')} put into the queue${waited}${leftText(left)}\n`);
  return reportDamages(damages(), frame.log) || exitCode;
}
