/** `cache`, also called `update-ox-db-cache`: OX's ids in the last states (docs/behaviour.md, "Remembered ids"). */
import type { Command } from 'commander';
import { counted } from '../../lib/errors/printable.ts';
import { survivorsOf } from '../../lib/memory/last-state.ts';
import { openMemory } from '../../lib/memory/memory.ts';
import { deleteIds, fillGaps, rebuild } from '../../lib/ox/cache.ts';
import type { CacheSummary } from '../../lib/ox/user-ids.ts';
import { saveMemoryFor } from '../../lib/run/heap.ts';
import { callLog } from '../call-log.ts';
import type { Frame } from '../frame.ts';
import { identifiersOf } from '../identifiers.ts';
import { numberIn } from '../option-values.ts';
import { openParts } from '../parts.ts';
import { reportDamages } from '../report.ts';
import { listenForSignals } from '../signals.ts';
import { runVerb, type Terminal } from '../terminal.ts';

interface CacheOptions {
  readonly buildCache?: boolean;
  readonly buildCacheSize: number;
  readonly delete?: boolean;
  readonly dryRun?: boolean;
}

const DEFAULT_CHUNK = 100;

export function addCacheVerb(program: Command, terminal: Terminal): void {
  addCacheOptions(program.command('cache').summary('rebuild what is remembered of OX: its ids of users'), terminal);
}

export function addCacheOptions(command: Command, terminal: Terminal): Command {
  return command
    .description(
      "Keeps OX's ids of users (oxDbId in DATA/listener/old) up to date. Without option: asks OX for each user whose id " +
        'is not known. After OX was restored from a backup: --delete, then --build-cache.',
    )
    .option('--build-cache', 'fetch all users of each context in bulk')
    .option(
      '--build-cache-size <number>',
      'users in one call',
      numberIn(/^[1-9]\d{0,4}$/, 'expected a number from 1 to 99999'),
      DEFAULT_CHUNK,
    )
    .option('--delete', 'forget all ids')
    .option('--dry-run', 'write nothing, only say what would change')
    .action(async (options: CacheOptions, self: Command) => {
      if (options.delete === true && options.buildCache === true) {
        self.error('error: --delete and --build-cache exclude each other: run them one after the other');
      }
      await runVerb(terminal, self, { lock: options.dryRun !== true }, (frame) => updateCache(frame, options));
    });
}

async function updateCache({ settings, directory, log, progress }: Frame, options: CacheOptions): Promise<number> {
  const parts = openParts(settings, directory, { onExchange: callLog(log) });
  const memory = openMemory(directory, parts.lastStates, identifiersOf(settings));
  const signals = listenForSignals(log, 'stopping; a repetition goes on from here');
  const { lastStates, damages } = survivorsOf(parts.lastStates);
  const deps = {
    lastStates,
    memory,
    users: parts.ox.users,
    hasCredentials: (context: number) => parts.credentials.find(context) !== null,
    identifier: settings.userIdentifier,
    progress: progress.show,
    warn: (reason: string) => log.warning('not as wished', { reason }),
    isStopped: () => signals.exitCode !== 0,
    dryRun: options.dryRun === true,
  };
  // Of every user OX sends a hundred times what is kept.
  saveMemoryFor(parts.lastStates.ids().length);
  let code = 0;
  try {
    const summary = options.delete
      ? await deleteIds(deps)
      : options.buildCache
        ? await rebuild(deps, options.buildCacheSize)
        : await fillGaps(deps);
    progress.end();
    log.outcome(describe(summary, options));
    code = reportDamages(damages(), log);
    if (summary.refusal) {
      throw summary.refusal;
    }
  } finally {
    progress.end();
    parts.client.close();
    memory.close();
    signals.close();
  }
  return signals.exitCode || code;
}

function describe(summary: CacheSummary, options: CacheOptions): string {
  const changed = `${summary.changed} ${options.delete ? 'forgotten' : 'updated'}${options.dryRun ? ' (not written: dry run)' : ''}`;
  return `${counted(summary.seen, 'object')}: ${changed}, ${summary.unchanged} unchanged, ${summary.missing} not in OX, ${summary.skipped} skipped`;
}
