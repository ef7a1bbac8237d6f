/** How far a long run or verb is: a bar at the foot of a terminal, a line in the log now and then elsewhere. */
import { fstatSync } from 'node:fs';
import { writeToStandardError } from '../lib/logger/standard-error.ts';
import { millisecondsSince } from '../lib/model/clock.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { cut } from './table.ts';

export interface Progress {
  /** Who has lines of its own leaves them out then. */
  readonly hasBar: boolean;
  /** `total` null: nobody knows. */
  readonly show: (done: number, total: number | null) => void;
  /** What is written to the terminal meanwhile stands above the bar. */
  readonly above: (write: () => void) => void;
  /** Nothing is left of the bar. */
  end(): void;
}

/** Milliseconds. What is over sooner needs no bar. */
const FIRST_DRAWN_AFTER = 500;
const BETWEEN_DRAWINGS = 100;
const FIRST_LINE_AFTER = 5000;
const MOST_BETWEEN_LINES = 30_000;

const WIDEST_BAR = 40;
const NARROWEST_BAR = 10;
const USUAL_COLUMNS = 80;

const ERASE = '\r\u001b[K';

/** `line`: tells it in the log. */
export function createProgress(environment: Environment, line: (text: string) => void): Progress {
  let isDrawn: boolean | null = null;
  // Records for programs stay alone, and a dumb terminal cannot draw over what is there.
  const hasBar = (): boolean => {
    isDrawn ??= environment.OX_CONNECTOR_LOG_FORMAT !== 'json' && environment.TERM !== 'dumb' && isTerminal();
    return isDrawn;
  };
  const begun = process.hrtime.bigint();
  let current: { readonly done: number; readonly total: number | null } | null = null;
  let drawnAt: number | null = null;
  let patience = FIRST_LINE_AFTER;
  let toldAt = 0;

  const draw = (now: number): void => {
    if (current !== null && now >= FIRST_DRAWN_AFTER) {
      const columns = process.stderr.columns || USUAL_COLUMNS;
      writeToStandardError(`\r${barOf(current.done, current.total, columns - 1)}\u001b[K`);
      drawnAt = now;
    }
  };
  const erase = (): void => {
    if (drawnAt !== null) {
      writeToStandardError(ERASE);
      drawnAt = null;
    }
  };
  return {
    get hasBar() {
      return hasBar();
    },
    show(done, total) {
      const now = millisecondsSince(begun);
      if (hasBar()) {
        current = { done, total };
        if (drawnAt === null || now - drawnAt >= BETWEEN_DRAWINGS) {
          draw(now);
        }
      } else if (now - toldAt >= patience) {
        toldAt = now;
        patience = Math.min(2 * patience, MOST_BETWEEN_LINES);
        line(total === null ? `${done} done so far` : `${done} of ${total} done`);
      }
    },
    above(write) {
      erase();
      write();
      draw(millisecondsSince(begun));
    },
    end() {
      erase();
      current = null;
    },
  };
}

/** Asked only where there is something to show: Node's modules for terminals bring those of networks and streams along. */
function isTerminal(): boolean {
  return fstatSync(2).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(2);
}

function barOf(done: number, total: number | null, width: number): string {
  const text = total === null ? `${done} so far` : `${done} of ${total}`;
  const room = Math.min(WIDEST_BAR, width - text.length - '[] '.length);
  if (total === null || room < NARROWEST_BAR) {
    return cut(text, width);
  }
  const part = total === 0 ? 1 : Math.min(1, done / total);
  return `[${'#'.repeat(Math.floor(part * room)).padEnd(room)}] ${text}`;
}
