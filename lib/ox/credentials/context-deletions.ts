/**
 * `listener/.context-deletions`: the contexts that were deleted, until one with the same number may be created. Durable,
 * since a kill may lie between; its name does not end in `.json`, so that nobody takes it for a queue file.
 * OX quirk: it answers a deletion before it is done, and nothing shows the end; what is created with the same number
 * meanwhile is damaged. Seen: docs/ox.md, "Deleting contexts". So: a creation waits
 * (docs/adr/0010-context-created-again.md).
 */
import { join } from 'node:path';
import { removeDurably, writeDurably } from '../../files/durable.ts';
import { readHint } from '../../files/hint.ts';

/** What is told is durable when a function returns. */
export interface ContextDeletions {
  /** Before OX is asked. */
  begin(context: number): void;
  /** OX has deleted the context. */
  end(context: number): void;
  /** The context is gone, by a deletion whose answer was lost. */
  endGone(context: number): void;
  /** Nothing has come of it. */
  cancel(context: number): void;
  /** A deletion was begun, and it is not known whether it came to an end. */
  isOpen(context: number): boolean;
  /** OX may still be at a deletion, whether its answer has come or not. */
  mayGoOn(context: number): boolean;
  /** Milliseconds until a context with this number may be created. */
  remaining(context: number): number;
}

const NAME = '.context-deletions';

/** OX empties its tables for some 0.3 s after its answer, longer the longer the call took. */
const MARGIN = 1000;

/** Longer than any deletion: an answer that was lost before a long outage must not hold up a creation as long. */
const LONGEST = 15 * 60 * 1000;

/** Milliseconds since 1970. */
interface Deletion {
  /** The first call that was made; its answer may have been lost. */
  readonly begun: number;
  /** The last call that was made. */
  readonly asked: number;
  readonly ended: number | null;
}

type Deletions = Readonly<Record<string, Deletion>>;

export function openContextDeletions(directory: string, now: () => number = Date.now): ContextDeletions {
  const path = join(directory, NAME);
  let entries: Deletions | null = null;
  const all = (): Deletions => {
    entries ??= read(path);
    return entries;
  };
  const put = (context: number, deletion: Deletion | null): void => {
    const others = Object.entries(all()).filter(([id, each]) => id !== String(context) && !isOver(each, now()));
    entries = Object.fromEntries([...others, ...(deletion === null ? [] : [[context, deletion] as const])]);
    if (Object.keys(entries).length === 0) {
      removeDurably(path);
    } else {
      writeDurably(path, `${JSON.stringify(entries)}\n`);
    }
  };
  const find = (context: number): Deletion | undefined => all()[String(context)];
  return {
    begin(context) {
      const former = find(context);
      const asked = now();
      put(context, { begun: former && !isOver(former, asked) ? former.begun : asked, asked, ended: null });
    },
    end(context) {
      const asked = find(context)?.asked ?? now();
      put(context, { begun: asked, asked, ended: now() });
    },
    endGone(context) {
      const deletion = find(context);
      put(context, deletion ? { ...deletion, ended: now() } : null);
    },
    cancel: (context) => put(context, null),
    isOpen: (context) => find(context)?.ended === null,
    mayGoOn(context) {
      const deletion = find(context);
      return deletion !== undefined && !isOver(deletion, now());
    },
    remaining(context) {
      const deletion = find(context);
      return deletion ? remainingOf(deletion, now()) : 0;
    },
  };
}

function remainingOf({ begun, ended }: Deletion, now: number): number {
  if (ended === null) {
    return 0;
  }
  const wait = MARGIN + Math.min(Math.max(ended - begun, 0), LONGEST);
  // The clock may have been set back since.
  return Math.min(Math.max(ended + wait - now, 0), wait);
}

function isOver(deletion: Deletion, now: number): boolean {
  return deletion.ended !== null && remainingOf(deletion, now) === 0;
}

/** Missing or damaged: nothing is known of deletions. */
function read(path: string): Deletions {
  const entries = Object.entries(readHint<Deletions>(path) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, Deletion] => isDeletion(entry[1])));
}

function isDeletion(value: unknown): value is Deletion {
  const { begun, asked, ended } = (value ?? {}) as Partial<Record<keyof Deletion, unknown>>;
  return typeof begun === 'number' && typeof asked === 'number' && (typeof ended === 'number' || ended === null);
}

/** For looking only: what is planned deletes nothing, and nothing has to be waited for. */
export const NO_DELETIONS: ContextDeletions = {
  begin: () => undefined,
  end: () => undefined,
  endGone: () => undefined,
  cancel: () => undefined,
  isOpen: () => false,
  mayGoOn: () => false,
  remaining: () => 0,
};
