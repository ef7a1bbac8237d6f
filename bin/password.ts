/** Reads a password: from a file, from standard input, or typed in. Never from the command line, which others can see. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { answered } from './confirmation.ts';

/** One line; the end of the line is not part of it. Throws USAGE. */
export async function readPassword(file: string | undefined, prompt: string): Promise<string> {
  const given = file === undefined ? await read(prompt) : readFrom(file);
  const password = given.replace(/\r?\n$/, '');
  if (password === '') {
    throw new ConnectorError('USAGE', 'nothing was done: no password was given', { remedy: HOW });
  }
  if (/[\r\n]/.test(password)) {
    throw new ConnectorError('USAGE', 'nothing was done: the password has more than one line', { remedy: HOW });
  }
  return password;
}

const HOW = 'Give it as the one line of standard input, or of the file named by --password-file.';

function readFrom(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ConnectorError('USAGE', `nothing was done: cannot read the password: ${reason}`, {
      cause: error,
      remedy: HOW,
    });
  }
}

function read(prompt: string): Promise<string> {
  return process.stdin.isTTY ? ask(prompt) : text(process.stdin);
}

/** What is typed is not shown. */
async function ask(prompt: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden, terminal: true });
  // Not before the terminal has been told to show nothing: who types at once would be seen.
  process.stderr.write(prompt);
  try {
    return (await answered(terminal.question(''))) ?? '';
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
