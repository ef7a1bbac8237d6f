/** What `check` works with, put together, for whatever target it is. */

import type { Finding } from '../lib/check/finding.ts';
import { checkQueue } from '../lib/check/queue.ts';
import { type Memory, openMemoryForLooking } from '../lib/memory/memory.ts';
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
import type { Progress } from './progress.ts';

export interface OpenCheck {
  readonly findings: (progress: Progress) => AsyncIterable<Finding>;
  close(): void;
}

/** `withAccess`: also compares the module access, which takes one call for each user. */
export async function openCheck(frame: Frame, environment: Environment, withAccess: boolean): Promise<OpenCheck> {
  return frame.settings.target === 'tmail' ? openTmailCheck(frame, environment) : openOxCheck(frame, withAccess);
}

async function openTmailCheck(frame: Frame, environment: Environment): Promise<OpenCheck> {
  const { findingsOf } = await import('./check-tmail.ts');
  const findings = findingsOf(frame, environment);
  const inbox = openInbox(frame.directory, envelopeMistakes);
  return {
    async *findings(progress) {
      yield* checkQueue({ inbox, mistakesIn: () => [] }, new Date());
      yield* findings(progress);
    },
    close: () => undefined,
  };
}

function openOxCheck(frame: Frame, withAccess: boolean): OpenCheck {
  const { settings, directory } = frame;
  const parts = openParts(settings, directory, { onExchange: callLog(frame.log) });
  const known = openMemoryForLooking(parts.lastStates, identifiersOf(settings));
  const again: Memory[] = [];
  const deps = {
    settings,
    inbox: parts.inbox,
    credentials: parts.credentials,
    profiles: parts.profiles,
    lastStates: parts.lastStates,
    known,
    lookAgain: () => {
      const fresh = openMemoryForLooking(parts.lastStates, identifiersOf(settings));
      again.push(fresh);
      return fresh;
    },
    ox: parts.ox,
    registry: parts.registry,
    mistakesIn: objectMistakes,
    withAccess,
  };
  const certificates = certificatesOf(settings);
  const close = (): void => {
    parts.client.close();
    for (const each of [known, ...again]) {
      each.close();
    }
  };
  return { findings: (progress) => check({ ...deps, progress: progress.show }, certificates, new Date()), close };
}
