/** What `check` finds, for whatever target it is. */
import type { Finding } from '../lib/check/finding.ts';
import { checkQueue } from '../lib/check/queue.ts';
import { openMemoryForLooking } from '../lib/memory/memory.ts';
import { check } from '../lib/ox/check/check.ts';
import { openInbox } from '../lib/queue/inbox.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import { callLog } from './call-log.ts';
import { certificatesOf } from './certificates.ts';
import type { Frame } from './frame.ts';
import { identifiersOf } from './identifiers.ts';
import { openParts } from './parts.ts';

/** `withAccess`: also compares the module access, which takes one call for each user. */
export async function* findingsOf(
  frame: Frame,
  environment: Environment,
  withAccess: boolean,
): AsyncGenerator<Finding> {
  if (frame.settings.target === 'tmail') {
    const { tmailFindings } = await import('./check-tmail.ts');
    yield* checkQueue({ inbox: openInbox(frame.directory, envelopeMistakes), mistakesIn: () => [] }, new Date());
    yield* tmailFindings(frame, environment);
  } else {
    yield* oxFindings(frame, withAccess);
  }
}

async function* oxFindings(
  { settings, directory, log, progress }: Frame,
  withAccess: boolean,
): AsyncGenerator<Finding> {
  const parts = openParts(settings, directory, { onExchange: callLog(log) });
  const look = () => openMemoryForLooking(parts.lastStates, identifiersOf(settings));
  const known = look();
  const deps = {
    ...parts,
    settings,
    known,
    lookAgain: look,
    mistakesIn: objectMistakes,
    withAccess,
    progress: progress.show,
  };
  try {
    yield* check(deps, certificatesOf(settings), new Date());
  } finally {
    parts.client.close();
    known.close();
  }
}
