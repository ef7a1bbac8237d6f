/** `plan`: what a run would send to OX and why, field by field; reads OX and changes nothing. */
import type { Command } from 'commander';
import { NO_DELETIONS } from '../../lib/credentials/context-deletions.ts';
import { asConnectorError, type ConnectorError } from '../../lib/errors/connector-error.ts';
import { printableJson } from '../../lib/errors/printable.ts';
import type { Logger } from '../../lib/logger/logger.ts';
import type { LastStates } from '../../lib/memory/last-state.ts';
import { openMemoryForLooking } from '../../lib/memory/memory.ts';
import { userNameOf } from '../../lib/model/known.ts';
import { createOx } from '../../lib/ox/ox.ts';
import { forgetWithin } from '../../lib/ox-target/forget-context.ts';
import { createOxTarget } from '../../lib/ox-target/target.ts';
import { createDryOx } from '../../lib/plan/dry-ox.ts';
import { dryCredentials, dryInbox, dryLastStates, dryParking, dryProfiles } from '../../lib/plan/dry-run.ts';
import { type PlannedFile, plannedFile, stopOf, upTo } from '../../lib/plan/planned.ts';
import type { NotedCall } from '../../lib/plan/shelf.ts';
import { propertiesInLogin } from '../../lib/provisioners/login-template.ts';
import { randomPassword } from '../../lib/provisioners/random-password.ts';
import { createRegistry } from '../../lib/provisioners/registry.ts';
import { openParking } from '../../lib/queue/parking.ts';
import { Drain } from '../../lib/run/drain.ts';
import { ItemFailure } from '../../lib/run/item-failure.ts';
import type { Report } from '../../lib/run/report.ts';
import type { Target } from '../../lib/run/target.ts';
import { objectMistakes } from '../../lib/validate/objects.ts';
import { callLog } from '../call-log.ts';
import type { Frame } from '../frame.ts';
import { identifiersOf } from '../identifiers.ts';
import { openParts } from '../parts.ts';
import { detailsAsText, fileAsText, summaryAsText } from '../plan-text.ts';
import { locateOrThrow } from '../queue-show.ts';
import { widthOf } from '../table.ts';
import { runVerb, type Terminal } from '../terminal.ts';

interface PlanOptions {
  readonly json?: boolean;
  readonly details?: boolean;
}

/** `isWhole`: all that waits was looked at. */
type Show = (planned: readonly PlannedFile[], stopsAt: string | null, isWhole: boolean) => void;

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
      const show: Show = (planned, stopsAt, isWhole) => {
        // Before the first file: what is logged says all.
        if (isWhole || planned.length > 0 || options.json) {
          process.stdout.write(textOf(planned, stopsAt, file, options));
        }
      };
      await runVerb(terminal, self, { lock: false }, (frame) => plan(frame, file, show, terminal));
    });
}

function textOf(
  planned: readonly PlannedFile[],
  stopsAt: string | null,
  file: string | undefined,
  { json, details }: PlanOptions,
): string {
  if (json) {
    return `${printableJson(planned)}\n`;
  }
  if (file !== undefined) {
    return fileAsText(planned, stopsAt, widthOf(process.stdout));
  }
  const summary = summaryAsText(planned, stopsAt, widthOf(process.stdout));
  return details && planned.length > 0 ? `${summary}\n${detailsAsText(planned)}` : summary;
}

async function plan(frame: Frame, file: string | undefined, show: Show, { environment }: Terminal): Promise<number> {
  const { settings } = frame;
  const parts = openParts(settings, frame.directory, {
    note: (reason) => journal.note(reason),
    onExchange: callLog(frame.log),
  });
  const only = file === undefined ? null : locateOrThrow(frame.directory, file, ['waiting']).name;
  const isMeant = (planned: PlannedFile): boolean => only === null || planned.file === only;
  const inbox = dryInbox(parts.inbox);
  const lastStates = dryLastStates(parts.lastStates);
  const identifiers = identifiersOf(settings);
  const memory = openMemoryForLooking(lastStates, identifiers);
  const credentials = dryCredentials(parts.credentials);
  const ox = createDryOx(createOx(parts.client, credentials), (context, id) => userNameOf(memory, context, id));
  const journal = createJournal(ox.take);
  const tmail = settings.target === 'tmail' ? await openTmail(frame, environment, parts.lastStates) : null;
  const refusal =
    only === null ? await refusalOfAll(() => tmail?.removals.checkWaiting(parts.inbox, parts.lastStates)) : null;
  const oxTarget = (): Target =>
    createOxTarget({
      registry: createRegistry({
        settings,
        ox,
        credentials,
        profiles: dryProfiles(parts.profiles),
        known: memory,
        readMapping: parts.readMapping,
        randomPassword,
        rememberPlace: () => undefined,
        forgetAccess: () => undefined,
        forgetWithin: (context) => forgetWithin(context, { memory, identifiers, log: journal.log }),
        areIdsSure: () => true,
        deletions: NO_DELETIONS,
        lookAgain: async () => null,
        pause: async () => undefined,
      }),
      memory,
      identifiers,
      inLogin: propertiesInLogin(settings.functionalAccountLogin),
      checkObject: objectMistakes,
      hasCredentials: (context) => credentials.find(context) !== null,
      existsInOx: (context) => parts.ox.contexts.exists(context),
      lookUpIds: async () => undefined,
      lookedUp: new Set(),
      pathOf: inbox.path,
      log: journal.log,
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
    announce: () => frame.progress.show(journal.planned.length, total),
    // What comes before it may make or take away what it needs.
    isStopped: () => only !== null && journal.hasTold(only),
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
  const stop = settings.stopOnError ? stopOf(only === null ? journal.planned : upTo(journal.planned, only)) : null;
  end = (stop && journal.failures.get(stop.file)) ?? end;
  frame.progress.end();
  show(journal.planned.filter(isMeant), stop?.file ?? null, end === null);
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

interface Noted {
  readonly notes: readonly string[];
  readonly calls: readonly NotedCall[];
}

/** Collects what the run reports of each file, with the calls noted meanwhile and what else it says. */
function createJournal(take: () => NotedCall[]) {
  const planned: PlannedFile[] = [];
  const files = new Set<string>();
  const failures = new Map<string, ItemFailure>();
  /** File → what was noted when it was refused: what becomes of it is told later. */
  const refused = new Map<string, Noted>();
  let notes: string[] = [];
  const note = (reason: string): void => void notes.push(reason);
  const report: Report = (each) => {
    const { file, warnings = [] } = each;
    const before = refused.get(file) ?? { notes: [], calls: [] };
    const all = [...new Set([...before.notes, ...notes, ...warnings])];
    const calls = [...before.calls, ...take()];
    notes = [];
    if (each.end === 'failed') {
      refused.set(file, { notes: all, calls });
    } else {
      const told = plannedFile(each, all, calls);
      planned.push(told);
      files.add(told.file);
      if ('failure' in each) {
        failures.set(told.file, each.failure);
      }
    }
  };
  const log: Logger = {
    debug: () => undefined,
    outcome: () => undefined,
    error: () => undefined,
    info: () => undefined,
    warning: (event, fields) => note(String(fields?.reason ?? event)),
  };
  return { log, note, report, planned, failures, hasTold: (file: string): boolean => files.has(file) };
}
