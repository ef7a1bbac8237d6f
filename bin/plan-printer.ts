/** Prints a plan as it is made; what has to come later waits as text, outside of the heap. */
import { printableJson } from '../lib/errors/printable.ts';
import { type PlannedFile, Tally } from '../lib/plan/planned.ts';
import { entryAsText, fileAsText, summaryAsText } from './plan-text.ts';
import { widthOf } from './table.ts';

export interface PlanOptions {
  readonly json?: boolean;
  readonly details?: boolean;
}

export interface PlanPrinter {
  add(planned: PlannedFile): void;
  /** `stopsAt`: the file that a run would stop at; `isWhole`: all that waits was looked at. */
  end(stopsAt: string | null, isWhole: boolean): void;
}

/** `file`: what is added is of that one. */
export function createPlanPrinter(file: string | undefined, { json, details = false }: PlanOptions): PlanPrinter {
  return json ? jsonPrinter() : file === undefined ? summaryPrinter(details) : filePrinter();
}

/** One line, a list. */
function jsonPrinter(): PlanPrinter {
  // A terminal may have a bar at its foot as long as the plan is made.
  const pieces = new Pieces(!process.stdout.isTTY);
  let isEmpty = true;
  return {
    add(planned) {
      pieces.add(`${isEmpty ? '[' : ','}${printableJson(planned)}`);
      isEmpty = false;
    },
    end() {
      pieces.add(isEmpty ? '[]\n' : ']\n');
      pieces.end();
    },
  };
}

function summaryPrinter(details: boolean): PlanPrinter {
  const tally = new Tally();
  const pieces = new Pieces(false);
  return {
    add(planned) {
      tally.add(planned);
      if (details) {
        pieces.add(`\n${entryAsText(planned)}`);
      }
    },
    end(stopsAt, isWhole) {
      // Before the first file: what is logged says all.
      if (isWhole || tally.files > 0) {
        process.stdout.write(summaryAsText(tally, stopsAt, widthOf(process.stdout)));
        pieces.end();
      }
    },
  };
}

function filePrinter(): PlanPrinter {
  const planned: PlannedFile[] = [];
  return {
    add: (each) => void planned.push(each),
    end(stopsAt, isWhole) {
      if (isWhole || planned.length > 0) {
        process.stdout.write(fileAsText(planned, stopsAt, widthOf(process.stdout)));
      }
    },
  };
}

/** Characters. Each piece is one write. */
const PIECE = 65_536;

/** A text for standard output. */
class Pieces {
  readonly #isWrittenAtOnce: boolean;
  readonly #waiting: Buffer[] = [];
  #text = '';

  /** false: nothing is written before the end. */
  constructor(isWrittenAtOnce: boolean) {
    this.#isWrittenAtOnce = isWrittenAtOnce;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE) {
      this.#waiting.push(Buffer.from(this.#text));
      this.#text = '';
      if (this.#isWrittenAtOnce) {
        this.#write();
      }
    }
  }

  end(): void {
    this.#waiting.push(Buffer.from(this.#text));
    this.#write();
  }

  #write(): void {
    for (const piece of this.#waiting.splice(0)) {
      process.stdout.write(piece);
    }
  }
}
