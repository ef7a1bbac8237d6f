/** Asks before what loses something, or costs much. */
import { createInterface } from 'node:readline/promises';
import { ConnectorError } from '../lib/errors/connector-error.ts';

/** Returns when it is confirmed; throws USAGE when not, or when nobody can be asked. */
export async function confirm(question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) {
    return;
  }
  if (!process.stdin.isTTY) {
    throw new ConnectorError(
      'USAGE',
      `nothing was done: not confirmed (${question})`,
      {},
      undefined,
      'Use --yes where nobody can be asked.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) {
    throw new ConnectorError('USAGE', 'nothing was done: not confirmed');
  }
}
