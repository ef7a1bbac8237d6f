/** The binary on a pseudo-terminal, made by util-linux' script, and what a reader sees of it in the end. */
import { spawnSync } from 'node:child_process';
import { BINARY } from './workplace.ts';

export interface OnTerminal {
  readonly environment: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** Written by the shell behind the command: where standard output goes, for example. */
  readonly redirection?: string;
}

/** All that was sent to the terminal. */
export function runOnTerminal(
  words: readonly string[],
  { environment, columns = 80, redirection }: OnTerminal,
): string {
  const command = ['stty', 'cols', String(columns), 'rows', '24', '&&', BINARY, ...words, redirection ?? ''].join(' ');
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'xterm', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout;
}

const ESCAPE = '\u001b';
const PARTS = new RegExp(`${ESCAPE}\\[K|\r|\n|[^\r\n${ESCAPE}]+|${ESCAPE}`, 'g');

/** What stands there when all is said: lines as long as they were written, drawn over and erased as a terminal does it. */
export function screenOf(sent: string): string {
  const lines: string[] = [''];
  let column = 0;
  for (const [part] of sent.matchAll(PARTS)) {
    const line = lines.at(-1) ?? '';
    if (part === '\n') {
      lines.push('');
    } else if (part === '\r') {
      column = 0;
    } else if (part === `${ESCAPE}[K`) {
      lines[lines.length - 1] = line.slice(0, column);
    } else {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return lines.join('\n');
}
