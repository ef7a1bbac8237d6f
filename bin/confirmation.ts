/** Asks before what loses something, or costs much. */
import { createInterface } from 'node:readline/promises';
import { ConnectorError, hasCode } from '../lib/errors/connector-error.ts';

/** Returns when it is confirmed; throws USAGE when not, or when nobody can be asked. */
export async function confirm(question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) {
    return;
  }
  if (!process.stdin.isTTY) {
    const message = `nothing was done: this asks first, and there is nobody to answer: ${question}`;
    throw new ConnectorError('USAGE', message, { remedy: 'Call it on a terminal, or add --yes.' });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await answered(terminal.question(`${question} [y/N] `));
    if (answer === null) {
      process.stderr.write('\n');
    }
    if (answer === null || !/^y(?:es)?$/i.test(answer.trim())) {
      throw new ConnectorError('USAGE', 'nothing was done: not confirmed');
    }
  } finally {
    terminal.close();
  }
}

/** null: broken off, by Ctrl-C or Ctrl-D. */
export async function answered(question: Promise<string>): Promise<string | null> {
  try {
    return await question;
  } catch (error) {
    if (hasCode(error, 'ABORT_ERR')) {
      return null;
    }
    throw error;
  }
}
