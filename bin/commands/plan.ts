/** `plan`: what a run would send to OX and why, field by field; reads OX and changes nothing. */
import type { Command } from 'commander';
import { asConnectorError, type ConnectorError } from '../../lib/errors/connector-error.ts';
import type { LastStates } from '../../lib/memory/last-state.ts';
import { openMemoryForLooking } from '../../lib/memory/memory.ts';
import { userNameOf } from '../../lib/model/known.ts';
import { NO_DELETIONS } from '../../lib/ox/credentials/context-deletions.ts';
import { dryCredentials, dryProfiles } from '../../lib/ox/plan/dry-files.ts';
import { createDryOx } from '../../lib/ox/plan/dry-ox.ts';
import { createOx } from '../../lib/ox/services/ox.ts';
import { dryLastStates } from '../../lib/plan/dry-last-states.ts';
import { dryInbox, dryParking } from '../../lib/plan/dry-run.ts';
import { FirstFailure } from '../../lib/plan/planned.ts';
import { openParking } from '../../lib/queue/parking.ts';
import { Drain } from '../../lib/run/drain.ts';
import { ItemFailure } from '../../lib/run/item-failure.ts';
import type { Target } from '../../lib/target/target.ts';
import { callLog } from '../call-log.ts';
import type { Frame } from '../frame.ts';
import { identifiersOf } from '../identifiers.ts';
import { openOxTarget } from '../ox-target.ts';
import { openParts } from '../parts.ts';
import { createJournal } from '../plan-journal.ts';
import { createPlanPrinter, type PlanOptions, type PlanPrinter } from '../plan-printer.ts';
import { locateOrThrow } from '../queue-show.ts';
import { runVerb, type Terminal } from '../terminal.ts';

export function addPlanVerb(program: Command, terminal: Terminal): void {
  program
    .command('plan [file]')
    .summary('what a run would send to the server, in numbers or field by field; changes nothing')
    .description(
      'Tells what a run would do with the queue: how many objects would be created, changed, removed and refused, and with ' +
        '--details, or for one file after all that comes before it, what would be sent to the server and why. Reads OX or TMail, changes nothing.',
    )
    .option('--details', 'what would be sent for each file, field by field')
    .option('--json', 'print JSON, with all details')
    .action(async (file: string | undefined, options: PlanOptions, self: Command) => {
      const printer = createPlanPrinter(file, options);
      await runVerb(terminal, self, { lock: false }, (frame) => plan(frame, file, printer, terminal));
    });
}

async function plan(
  frame: Frame,
  file: string | undefined,
  printer: PlanPrinter,
  { environment }: Terminal,
): Promise<number> {
  const { settings } = frame;
  const parts = openParts(settings, frame.directory, {
    note: (reason) => journal.note(reason),
    onExchange: callLog(frame.log),
  });
  const only = file === undefined ? null : locateOrThrow(frame.directory, file, ['waiting']).name;
  const inbox = dryInbox(parts.inbox);
  const lastStates = dryLastStates(parts.lastStates, inbox);
  const memory = openMemoryForLooking(lastStates, identifiersOf(settings));
  const credentials = dryCredentials(parts.credentials);
  const ox = createDryOx(createOx(parts.client, credentials), (context, id) => userNameOf(memory, context, id));
  const failures = new FirstFailure(only);
  let told = 0;
  let isTold = false;
  const journal = createJournal(ox.take, (planned, failure) => {
    const isMeant = planned.file === only;
    told += 1;
    isTold ||= isMeant;
    failures.add(planned, failure);
    if (only === null || isMeant) {
      printer.add(planned);
    }
  });
  const tmail = settings.target === 'tmail' ? await openTmail(frame, environment, parts.lastStates) : null;
  const refusal =
    only === null ? await refusalOfAll(() => tmail?.removals.checkWaiting(parts.inbox, parts.lastStates)) : null;
  const oxTarget = (): Target =>
    openOxTarget({
      settings,
      parts: { ...parts, ox, credentials, lastStates },
      memory,
      log: journal.log,
      isStopped: () => false,
      others: {
        ox,
        credentials,
        profiles: dryProfiles(parts.profiles),
        deletions: NO_DELETIONS,
        lookAgain: async () => null,
        pause: async () => undefined,
      },
    });
  const drain = new Drain({
    inbox,
    memory,
    target: tmail?.target ?? oxTarget(),
    log: journal.log,
    report: journal.report,
    // One after the other, so that each call belongs to the file at hand.
    concurrency: 1,
    settlesFirst: true,
    parking: dryParking(inbox, openParking(parts.inbox)),
    // What a run would stop at is told, and so is what comes after it.
    stopOnError: false,
    announce: () => frame.progress.show(told, total),
    // What comes before it may make or take away what it needs.
    isStopped: () => isTold,
  });
  const total = parts.inbox.list().length;
  // As it would end: also with a failure that holds up everything, at which a look ends as well.
  let end: unknown = null;
  try {
    // A run that finds nothing to do does nothing, whatever waits for credentials that are there by now.
    if (total > 0) {
      await drain.run();
    }
  } catch (error) {
    end = error;
  } finally {
    parts.client.close();
    tmail?.close();
    memory.close();
  }
  const stop = settings.stopOnError ? failures.first : null;
  const isWhole = end === null && stop === null;
  end = stop?.failure ?? end;
  frame.progress.end();
  printer.end(stop?.file ?? null, isWhole);
  if (end !== null) {
    throw end instanceof ItemFailure ? new ItemFailure(end.path, end.dn, end.cause) : end;
  }
  if (refusal !== null) {
    throw refusal;
  }
  return 0;
}

/** Why a run would not begin, though each file could be applied; null: it would. */
async function refusalOfAll(check: () => Promise<void> | undefined): Promise<ConnectorError | null> {
  try {
    await check();
    return null;
  } catch (error) {
    const refusal = asConnectorError(error);
    if (refusal.code !== 'TOO_MANY_DELETIONS') {
      throw error;
    }
    return refusal;
  }
}

async function openTmail({ settings, log }: Frame, environment: Terminal['environment'], lastStates: LastStates) {
  const { openTmailParts } = await import('../tmail-parts.ts');
  const { recallAll } = await import('../../lib/tmail/types/recall.ts');
  const parts = openTmailParts(settings, { environment, log, dryRun: true });
  recallAll(lastStates, parts);
  return parts;
}
