/** What a run has done: told every half a minute, told at its end, and kept for those who look back. */
import { asConnectorError, type ErrorCode } from '../lib/errors/connector-error.ts';
import { ifPossible } from '../lib/errors/if-possible.ts';
import { millisecondsSince } from '../lib/model/clock.ts';
import type { Inbox } from '../lib/queue/inbox.ts';
import type { ItemFailure } from '../lib/run/item-failure.ts';
import { type Run, recordRun } from '../lib/run/run-history.ts';
import type { Frame } from './frame.ts';
import type { Progress } from './progress.ts';

export interface Progressing {
  /** Files let go. */
  readonly processed: number;
  /** Of those: without effect. */
  readonly skipped: number;
  readonly parked: number;
  /** Of what was parked or kept back; null: nothing was. */
  readonly firstFailure: ItemFailure | null;
}

export interface Account {
  /** `code`: of the failure that ended it, if one did. */
  end(exitCode: number, code?: ErrorCode): void;
}

/** Milliseconds. */
const BETWEEN_LINES = 30_000;
const BETWEEN_LOOKS = 1000;
/** A large queue takes a while to count. */
const LOOKS_TO_A_COUNT = 30;

export function keepAccount(
  inbox: Inbox,
  drain: Progressing,
  { log, progress }: Pick<Frame, 'log' | 'progress'>,
): Account {
  const start = new Date().toISOString();
  const begun = process.hrtime.bigint();
  const soFar = () => {
    const { processed, skipped, parked } = drain;
    const duration = millisecondsSince(begun);
    return { done: processed - skipped, skipped, parked, left: countLeft(inbox), duration };
  };
  const timer = progress.hasBar
    ? setInterval(barOf(inbox, drain, progress), BETWEEN_LOOKS)
    : setInterval(() => log.info('at work', told(soFar())), BETWEEN_LINES);
  return {
    end(exitCode, code) {
      clearInterval(timer);
      progress.end();
      const done = soFar();
      log.info('the run has ended', told(done));
      const first = drain.firstFailure && asConnectorError(drain.firstFailure.cause).code;
      // It is to be looked at only: a disk that is full must not hide why the run ended.
      ifPossible(() => recordRun(inbox.directory, { start, ...done, exitCode, code: first ?? code ?? '' }));
    },
  };
}

function told({ duration, ...counts }: Pick<Run, 'done' | 'skipped' | 'parked' | 'left' | 'duration'>) {
  return { ...counts, duration: `${(duration / 1000).toFixed(1)}s` };
}

/** Shows how far the run is; to be called again and again. */
function barOf(inbox: Inbox, drain: Progressing, progress: Progress): () => void {
  let total = 0;
  let looks = 0;
  return () => {
    const done = drain.processed + drain.parked;
    if (looks % LOOKS_TO_A_COUNT === 0) {
      total = done + countLeft(inbox);
    }
    looks += 1;
    progress.show(done, Math.max(done, total));
  };
}

/** Where it cannot be read the run ends, and says so. */
function countLeft(inbox: Inbox): number {
  return ifPossible(() => inbox.list().length) ?? 0;
}
