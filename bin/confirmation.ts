/** Asks before what loses something, or costs much. */
import { createInterface } from 'node:readline/promises';
import { ConnectorError } from '../lib/errors/connector-error.ts';

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
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) {
      throw new ConnectorError('USAGE', 'nothing was done: not confirmed');
    }
  } finally {
    terminal.close();
  }
}
