/** What a plan hears of each file while it works, told on at once: of a long queue nothing is kept but what is still to come of it. */
import type { Logger } from '../lib/logger/logger.ts';
import type { NotedCall } from '../lib/plan/planned.ts';
import { type PlannedFile, plannedFile } from '../lib/plan/planned.ts';
import type { ItemFailure } from '../lib/run/item-failure.ts';
import type { Report } from '../lib/run/report.ts';

interface Noted {
  readonly notes: readonly string[];
  readonly calls: readonly NotedCall[];
}

/** `take`: the calls noted since the last time; `tell` is told each file once, with its failure if it is refused. */
export function createJournal(
  take: () => NotedCall[],
  tell: (planned: PlannedFile, failure: ItemFailure | null) => void,
) {
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
      refused.delete(file);
      tell(plannedFile(each, all, calls), 'failure' in each ? each.failure : null);
    }
  };
  const log: Logger = {
    debug: () => undefined,
    outcome: () => undefined,
    error: () => undefined,
    info: () => undefined,
    warning: (event, fields) => note(String(fields?.reason ?? event)),
  };
  return { log, note, report };
}
