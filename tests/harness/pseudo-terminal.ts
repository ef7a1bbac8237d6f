/** The binary on a pseudo-terminal, made by util-linux' script, and what a reader sees of it in the end. */
import { spawn, spawnSync } from 'node:child_process';
import { BINARY } from './workplace.ts';

export interface OnTerminal {
  readonly environment: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** Written by the shell behind the command: where standard output goes, for example. */
  readonly redirection?: string;
}

/** All that was sent to the terminal. */
export function runOnTerminal(words: readonly string[], options: OnTerminal): string {
  const { stdout } = spawnSync('script', script(words, options), {
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout;
}

/** The same, with an answer typed when the question stands there. Answers the exit code too. */
export function typeOnTerminal(
  words: readonly string[],
  { question, answer, ...options }: OnTerminal & { readonly question: string; readonly answer: string },
): Promise<{ readonly code: number | null; readonly sent: string }> {
  return new Promise((done, fail) => {
    const child = spawn('script', script(words, options), { env: environmentOf(options) });
    let sent = '';
    let isAnswered = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      sent += text;
      if (!isAnswered && sent.includes(question)) {
        isAnswered = true;
        child.stdin.end(answer);
      }
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, sent }));
  });
}

function script(words: readonly string[], { columns = 80, redirection = '' }: OnTerminal): string[] {
  const command = ['stty', 'cols', String(columns), 'rows', '24', '&&', BINARY, ...words, redirection].join(' ');
  return ['-qec', command, '/dev/null'];
}

function environmentOf({ environment }: OnTerminal): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'xterm', ...environment };
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
