/** `plan`: what a run would send to OX and why, field by field; reads OX and changes nothing. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { NO_DELETIONS } from '../../lib/credentials/context-deletions.ts';
import { asConnectorError, ConnectorError } from '../../lib/errors/connector-error.ts';
import { printable, printableJson } from '../../lib/errors/printable.ts';
import type { Logger } from '../../lib/logger/logger.ts';
import { createOx } from '../../lib/ox/ox.ts';
import { DRY_PARKING, dryCredentials, dryInbox, dryLastStates, dryProfiles } from '../../lib/plan/dry-run.ts';
import type { FieldChange } from '../../lib/plan/field-changes.ts';
import { createRecordingClient, type NotedCall } from '../../lib/plan/recording-client.ts';
import { randomPassword } from '../../lib/provisioners/random-password.ts';
import { createRegistry } from '../../lib/provisioners/registry.ts';
import { openKnownObjectsInMemory } from '../../lib/queue/known-objects.ts';
import { Drain } from '../../lib/run/drain.ts';
import { ItemFailure } from '../../lib/run/item-failure.ts';
import { objectMistakes } from '../../lib/validate/objects.ts';
import { type Frame, inFrame } from '../frame.ts';
import { identifiersOf } from '../identifiers.ts';
import { openParts } from '../parts.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';

interface PlannedFile {
  readonly file: string;
  readonly dn: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly calls: readonly NotedCall[];
}

export function addPlanVerb(program: Command, terminal: Terminal): void {
  program
    .command('plan [file]')
    .summary('what a run would send to OX, field by field; changes nothing')
    .description(
      'Tells for the whole queue, or for one file, what a run would send to OX and why. Reads OX, changes nothing.',
    )
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: { json?: boolean }, self: Command) => {
      const frame = { dataDirectory: dataDirectoryOf(self), lock: false };
      const show = (planned: readonly PlannedFile[]): void =>
        void process.stdout.write(options.json ? `${printableJson(planned)}\n` : planned.map(asText).join('\n'));
      terminal.finish(await inFrame(terminal.environment, frame, (each) => plan(each, file, show, terminal)));
    });
}

async function plan(
  frame: Frame,
  file: string | undefined,
  show: (planned: readonly PlannedFile[]) => void,
  { environment }: Terminal,
): Promise<number> {
  const { settings } = frame;
  const parts = openParts(settings, frame.directory, {
    note: (reason) => journal.log.warning('not as wished', { reason }),
  });
  const only = file === undefined ? null : new Set([basename(file)]);
  if (only !== null && ![...only].some((name) => parts.inbox.list().includes(name))) {
    throw new ConnectorError(
      'QUEUE_FILE_INVALID',
      `${file} is not in the queue`,
      {},
      undefined,
      'See `queue list` for the names.',
    );
  }
  const client = createRecordingClient(parts.client);
  const lastStates = dryLastStates(parts.lastStates);
  const known = openKnownObjectsInMemory(lastStates, identifiersOf(settings));
  const credentials = dryCredentials(parts.credentials);
  const journal = createJournal(client.take.bind(client));
  const tmail = settings.target === 'tmail' ? await openTmail(frame, environment) : null;
  const refusal =
    only === null ? await refusalOfAll(() => tmail?.removals.checkWaiting(parts.inbox, parts.lastStates)) : null;
  const drain = new Drain({
    inbox: dryInbox(parts.inbox, only),
    lastStates,
    known,
    identifiers: identifiersOf(settings),
    registry:
      tmail?.registry ??
      createRegistry({
        settings,
        ox: createOx(client, credentials),
        credentials,
        profiles: dryProfiles(parts.profiles),
        known,
        readMapping: parts.readMapping,
        randomPassword,
        rememberPlace: () => undefined,
        forgetAccess: () => undefined,
        deletions: NO_DELETIONS,
        lookAgain: async () => null,
        pause: async () => undefined,
      }),
    checkObject: tmail === null ? objectMistakes : () => [],
    hasCredentials: (context) => tmail !== null || credentials.find(context) !== null,
    log: journal.log,
    existsInOx: (context) => parts.ox.contexts.exists(context),
    lookUpIds: async () => [],
    // One after the other, so that each call belongs to the file at hand.
    concurrency: 1,
    settlesFirst: true,
    parking: DRY_PARKING,
    stopOnError: true,
    announce: () => undefined,
    isStopped: () => false,
  });
  try {
    await drain.run();
    show(journal.planned);
  } catch (error) {
    // As far as it goes: the run would stop at the same file.
    show(journal.planned);
    throw error instanceof ItemFailure ? new ItemFailure(error.path, error.dn, error.cause) : error;
  } finally {
    client.close();
    tmail?.close();
    known.close();
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

async function openTmail({ settings, log }: Frame, environment: Terminal['environment']) {
  const { openTmailParts } = await import('../tmail-parts.ts');
  return openTmailParts(settings, { environment, log, dryRun: true });
}

/** Collects what the main loop says of each file, with the calls noted meanwhile. */
function createJournal(take: () => NotedCall[]): { log: Logger; planned: PlannedFile[] } {
  const planned: PlannedFile[] = [];
  let reasons: string[] = [];
  const finish = (fields: Readonly<Record<string, unknown>>, outcome: string): void => {
    planned.push({
      file: basename(String(fields.file ?? '')),
      dn: String(fields.dn ?? ''),
      outcome,
      reasons,
      calls: take(),
    });
    reasons = [];
  };
  const log: Logger = {
    debug: () => undefined,
    error: () => undefined,
    info: (event, fields = {}) => {
      if (event === 'provisioned') {
        finish(fields, String(fields.action ?? ''));
      }
    },
    warning: (event, fields = {}) => {
      if (event === 'skipped') {
        finish(fields, `skipped: ${String(fields.reason ?? '')}`);
      } else {
        reasons.push(String(fields.reason ?? ''));
      }
    },
  };
  return { log, planned };
}

function asText({ file, dn, outcome, reasons, calls }: PlannedFile): string {
  const lines = [`${file} ${dn}: ${outcome}`, ...reasons.map((reason) => `  note: ${reason}`)];
  for (const { service, operation, object, changes } of calls) {
    lines.push(`  ${service}.${operation} for ${object}`, ...changes.map(fieldAsText));
  }
  return `${lines.map(printable).join('\n')}\n`;
}

function fieldAsText({ field, before, after }: FieldChange): string {
  const quote = (text: string): string => (text === '' ? '-' : text.length > 60 ? `${text.slice(0, 57)}…` : text);
  return `    ${field}: ${quote(before)} → ${quote(after)}`;
}
