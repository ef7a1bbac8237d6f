/** A run of the main job whose target is a TMail or James server. */
import { ifPossible } from '../lib/errors/if-possible.ts';
import { openLastStates } from '../lib/memory/last-state.ts';
import { openMemory } from '../lib/memory/memory.ts';
import { openInbox } from '../lib/queue/inbox.ts';
import { openParking } from '../lib/queue/parking.ts';
import { Drain } from '../lib/run/drain.ts';
import { reportTo } from '../lib/run/log-report.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { recallAll } from '../lib/tmail/types/recall.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import type { Frame } from './frame.ts';
import { identifiersOf } from './identifiers.ts';
import { runToEnd } from './run-to-end.ts';
import { openTmailParts } from './tmail-parts.ts';

/** Answers the exit code; throws the first failure. */
export function work(frame: Frame, environment: Environment): Promise<number> {
  const { settings, directory, log } = frame;
  return runToEnd(frame, async (hooks) => {
    const inbox = openInbox(directory, envelopeMistakes);
    const lastStates = openLastStates(directory, envelopeMistakes);
    const parts = openTmailParts(settings, { environment, log, dryRun: false });
    try {
      recallAll(lastStates, parts);
      await parts.removals.checkWaiting(inbox, lastStates);
    } catch (error) {
      parts.close();
      throw error;
    }
    const memory = openMemory(directory, lastStates, identifiersOf(settings));
    const drain = new Drain({
      ...hooks,
      report: reportTo(log),
      inbox,
      memory,
      target: parts.target,
      concurrency: settings.concurrency,
      parking: openParking(inbox),
      stopOnError: settings.stopOnError,
    });
    const close = (): void => {
      if (!hooks.isStopped()) {
        // A full disk must not hide why the run ended: the next one counts more than it would have to, and says so at its limit.
        ifPossible(parts.removals.end);
      }
      parts.close();
      memory.close();
    };
    return { inbox, drain, close };
  });
}
