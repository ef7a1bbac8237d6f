/** No run removes more mailboxes than an administrator expects of it. */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { SyncOptions } from './options.ts';

const PART = 0.05;
const MOST_NAMED = 50;

/**
 * A value that no entry has any more, though many mailboxes have it, is most likely a wrong name of the attribute, or a right
 * to read that is gone. `losing`: the mailboxes that would lose all of it. Throws before anything is written.
 */
export function checkLosses(
  facet: string,
  losing: readonly string[],
  ours: number,
  { allowedDeletions }: Pick<SyncOptions, 'allowedDeletions'>,
  { maxDeletions }: { readonly maxDeletions: number },
): void {
  if (losing.length <= limitOf(ours, allowedDeletions, maxDeletions)) {
    return;
  }
  throw new ConnectorError(
    'TOO_MANY_DELETIONS',
    `no entry of the directory has a value for ${facet}, and ${losing.length} mailboxes would lose theirs: nothing was done`,
    {},
    undefined,
    `Check the name in ldap.attributes, and what the user that logs in may read. If they are to go: --allow-deletions ${losing.length}.`,
  );
}

function limitOf(ours: number, allowed: number | null, configured: number): number {
  return allowed ?? Math.max(configured, Math.floor(ours * PART));
}

/** `ours`: mailboxes on the server that are ours. Throws before anything is written. */
export function checkDeletions(
  going: readonly string[],
  ours: number,
  { allowedDeletions }: Pick<SyncOptions, 'allowedDeletions'>,
  { maxDeletions }: { readonly maxDeletions: number },
): void {
  const limit = limitOf(ours, allowedDeletions, maxDeletions);
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
