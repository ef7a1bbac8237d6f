/** A look at the whole queue: the little that must be known of every waiting file. */
import { ifPossible } from '../errors/if-possible.ts';
import type { Inbox } from '../queue/inbox.ts';
import { summarize, type Waiting } from '../queue/order.ts';
import type { ReadAhead } from '../queue/read-ahead.ts';
import { saveMemoryFor } from './heap.ts';
import { ItemFailure } from './item-failure.ts';
import type { Round } from './round.ts';

export interface LookDeps {
  readonly inbox: Inbox;
  readonly files: ReadAhead;
  readonly isStopped: () => boolean;
  /** Sets a file aside that cannot be read; null: such a file stops the run at its turn. */
  readonly setAside: ((name: string, failure: ItemFailure) => void) | null;
}

/** Looked at without hearing signals. */
const FILES_AT_A_TIME = 500;

/**
 * A file that cannot be read ends the list: what comes before it, by name, is worked on first. A signal ends it too, in
 * which case nothing is worked on.
 */
export async function lookAtAll({ inbox, files, isStopped, setAside }: LookDeps): Promise<{
  waiting: Waiting[];
  obstacle: ItemFailure | null;
  /** Names of the files behind the obstacle, which nobody has looked into. */
  beyond: readonly string[];
}> {
  const waiting: Waiting[] = [];
  files.clear();
  const names = inbox.list();
  const look = saveMemoryFor(names.length) ? inbox.read : files.look;
  for (const [at, name] of names.entries()) {
    if (at % FILES_AT_A_TIME === FILES_AT_A_TIME - 1) {
      await new Promise(setImmediate);
      if (isStopped()) {
        break;
      }
    }
    try {
      const envelope = look(name);
      if (envelope !== null) {
        waiting.push(summarize(name, envelope));
      }
    } catch (error) {
      const failure = new ItemFailure(inbox.path(name), '', error);
      if (setAside === null || failure.nature !== 'object') {
        return { waiting, obstacle: failure, beyond: names.slice(at + 1) };
      }
      setAside(name, failure);
    }
  }
  return { waiting, obstacle: null, beyond: [] };
}

/**
 * News that came while the round was worked on, not marks of ours: they may be the cure of what was refused. What lay beyond an
 * obstacle is none: another look would not get to it either.
 */
export function hasNews(inbox: Inbox, round: Round, beyond: readonly string[]): boolean {
  const seen = new Set([...round.turns.map(({ name }) => name), ...beyond]);
  return inbox.list().some((name) => {
    const envelope = seen.has(name) ? null : ifPossible(() => inbox.read(name));
    return envelope !== null && envelope.oxConnectorReprovision !== true;
  });
}
