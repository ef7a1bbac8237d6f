/** A run that has something to do. */

import { ifPossible } from '../lib/errors/if-possible.ts';
import { type Memory, openMemory } from '../lib/memory/memory.ts';
import { contextOfLogin } from '../lib/model/claims.ts';
import { createPause, type Pause } from '../lib/ox/soap/pause.ts';
import { openParking } from '../lib/queue/parking.ts';
import { Drain } from '../lib/run/drain.ts';
import { reportTo } from '../lib/run/log-report.ts';
import { lostAnswerAt, recordLostAnswer, recordSkipped } from '../lib/run/run-record.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { callLog } from './call-log.ts';
import type { Frame } from './frame.ts';
import { identifiersOf } from './identifiers.ts';
import { openOxTarget } from './ox-target.ts';
import { openParts, type Parts } from './parts.ts';
import { type Hooks, runToEnd } from './run-to-end.ts';

export interface OpenRun {
  readonly parts: Parts;
  readonly memory: Memory;
  readonly drain: Drain;
  close(): void;
}

export interface RunHooks extends Hooks {
  readonly pause: Pause;
  /** When the last run was cut off at what OX did for it; null: it was not. */
  readonly cutOffAt: Date | null;
}

/** The main job as it is put together, ready to be run. `directory` is the queue's. */
export function openRun(settings: Settings, directory: string, hooks: RunHooks): OpenRun {
  const parts = openParts(settings, directory, {
    note: (reason) => hooks.log.warning('not as wished', { reason }),
    pause: hooks.pause,
    onExchange: callLog(hooks.log),
    doubtfulFor: sinceLast([hooks.cutOffAt, lostAnswerAt(directory)]),
  });
  const memory = openMemory(directory, parts.lastStates, identifiersOf(settings));
  const drain = new Drain({
    ...hooks,
    report: reportTo(hooks.log),
    inbox: parts.inbox,
    memory,
    target: openOxTarget({ ...hooks, settings, parts, memory }),
    concurrency: settings.concurrency,
    parking: openParking(parts.inbox),
    stopOnError: settings.stopOnError,
  });
  const close = (): void => {
    parts.client.close();
    if (parts.client.hasLostAnswer) {
      // On a full disk the next run has the lock's mark at best: it looks for the creation only where OX refuses it.
      ifPossible(() => recordLostAnswer(directory, new Date()));
    }
    memory.close();
  };
  return { parts, memory, drain, close };
}

/** Milliseconds; null: none of them. */
function sinceLast(times: readonly (Date | null)[]): number | null {
  const known = times.flatMap((time) => (time === null || Number.isNaN(time.getTime()) ? [] : [time.getTime()]));
  return known.length === 0 ? null : Date.now() - Math.max(...known);
}

/** Answers the exit code; throws the first failure. */
export function work(frame: Frame): Promise<number> {
  const { settings, directory, log, lock } = frame;
  return runToEnd(frame, (hooks) => {
    const { parts, memory, drain, close } = openRun(settings, directory, {
      ...hooks,
      pause: createPause({ ...hooks, announce: (text) => log.info(text) }),
      cutOffAt: lock?.leftBehindAt ?? null,
    });
    const end = (): void => {
      // A disk that is full must not hide why the run ended; the next one notes it.
      ifPossible(() => noteSkipped(directory, memory));
      close();
    };
    return { inbox: parts.inbox, drain, close: end };
  });
}

/** For `status`. */
function noteSkipped(directory: string, memory: Memory): void {
  const contexts = memory.awaited().map((what) => [contextOfLogin(what) ?? what, memory.waitingFor(what).length]);
  recordSkipped(directory, Object.fromEntries(contexts));
}
