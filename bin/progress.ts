/** Progress: a bar on a terminal, a line every few seconds otherwise. */

export interface Progress {
  readonly show: (done: number, total: number) => void;
  end(): void;
}

const WIDTH = 40;
const SECONDS_BETWEEN_LINES = 5;

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function createProgress(output: Output, line: (text: string) => void, now = () => performance.now()): Progress {
  let last = now();
  let isDrawn = false;
  return {
    show(done, total) {
      if (output.isTTY) {
        const part = total === 0 ? 1 : done / total;
        const filled = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH);
        output.write(`\r[${filled}] ${done} of ${total} `);
        isDrawn = true;
      } else if (now() - last >= SECONDS_BETWEEN_LINES * 1000) {
        last = now();
        line(`${done} of ${total} done`);
      }
    },
    end() {
      if (isDrawn) {
        output.write('\n');
        isDrawn = false;
      }
    },
  };
}
