/** No run removes more mailboxes than an administrator expects of it. */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { SyncOptions } from './options.ts';

const PART = 0.05;
const MOST_NAMED = 50;

/** `ours`: mailboxes on the server that are ours. Throws before anything is written. */
export function checkDeletions(
  going: readonly string[],
  ours: number,
  { allowedDeletions }: Pick<SyncOptions, 'allowedDeletions'>,
  { maxDeletions }: { readonly maxDeletions: number },
): void {
  const limit = allowedDeletions ?? Math.max(maxDeletions, Math.floor(ours * PART));
  if (going.length <= limit) {
    return;
  }
  const named = going.slice(0, MOST_NAMED).join(', ');
  const more = going.length > MOST_NAMED ? ` and ${going.length - MOST_NAMED} more` : '';
  throw new ConnectorError(
    'TOO_MANY_DELETIONS',
    `${going.length} mailboxes of ${ours} would be removed, at most ${limit} may: nothing was done. They are ${named}${more}`,
    {},
    undefined,
    `Check base and filter of the directory. If they are to go: --allow-deletions ${going.length} (or max_deletions).`,
  );
}
