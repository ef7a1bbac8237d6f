/** What ends a run before its first write: an empty directory, or more removals than an administrator expects of it. */
import { ConnectorError } from '../../errors/connector-error.ts';
import { NO_QUOTA } from '../facets/values.ts';
import type { Person } from '../person.ts';
import { type Gathered, VALUES } from './gather.ts';
import { countOurs, type Selection } from './selection.ts';

const PART = 0.05;
const MOST_NAMED = 50;

export function checkDirectory({ seen, failure, entries }: Gathered): void {
  if (seen.size > 0 || failure !== null) {
    return;
  }
  throw new ConnectorError(
    'DIRECTORY_EMPTY',
    entries === 0
      ? 'the directory answers without any entry: nothing was done'
      : `none of the ${entries} entries of the directory is a mailbox of ours: nothing was done`,
    {
      remedy:
        'Check base, filter and attributes of the directory, what the user that logs in may read, and domains and keep.',
    },
  );
}

/** The waiting removals of accounts that are there. */
export function checkDeletions(going: readonly string[], selection: Selection): void {
  const { site, options, configuration } = selection;
  const there = going.filter((address) => site.users.has(address));
  const ours = countOurs(selection);
  const limit = limitOf(ours, configuration.maxDeletions, options.allowedDeletions);
  if (there.length > limit) {
    throw tooManyDeletions(there, ours, limit, {
      end: 'nothing was done',
      remedy: `Check base and filter of the directory. If they are to go: sync --allow-deletions ${there.length}, or max_deletions.`,
    });
  }
}

export function tooManyDeletions(
  going: readonly string[],
  ours: number,
  limit: number,
  { end, remedy }: { readonly end: string; readonly remedy: string },
): ConnectorError {
  const named = going.slice(0, MOST_NAMED).join(', ');
  const more = going.length > MOST_NAMED ? ` and ${going.length - MOST_NAMED} more` : '';
  return new ConnectorError(
    'TOO_MANY_DELETIONS',
    `${going.length} of ${ours} mailboxes would be removed, at most ${limit} may: ${end}. They are ${named}${more}`,
    { remedy },
  );
}

/**
 * A value that no entry has any more, though many mailboxes have it, is most likely a wrong name of the attribute, or a right
 * to read that is gone.
 */
export function checkLosses(people: readonly Person[], selection: Selection): void {
  const { gathered, options, configuration, memory } = selection;
  if (gathered.failure !== null) {
    return;
  }
  const limit = limitOf(countOurs(selection), configuration.maxDeletions, options.allowedDeletions);
  for (const name of VALUES.filter((each) => options.facets.includes(each) && !gathered.present.has(each))) {
    const losing = people.filter(({ address, id }) =>
      hasValue(name, (id && memory.addressOf(id)) || address, selection),
    );
    if (losing.length > limit) {
      throw new ConnectorError(
        'TOO_MANY_DELETIONS',
        `no entry of the directory has a value for ${name}, and ${losing.length} mailboxes would lose theirs: nothing was done`,
        {
          remedy: `Check the name in ldap.attributes, and what the user that logs in may read. If they are to go: --allow-deletions ${losing.length}.`,
        },
      );
    }
  }
}

/** Something that this run would take away from whoever wishes none of it. */
function hasValue(name: (typeof VALUES)[number], address: string, { memory, site }: Selection): boolean {
  const known = memory.mailboxes.get(address);
  switch (name) {
    case 'quota':
      return site.quotas.has(address) && known?.quota !== NO_QUOTA;
    case 'aliases':
      return known?.aliases === undefined ? site.valuesOf('aliases', address).length > 0 : known.aliases.length > 0;
    default:
      return (known?.[name]?.length ?? 0) > 0;
  }
}

export function limitOf(ours: number, configured: number, allowed: number | null): number {
  return allowed ?? Math.max(configured, Math.floor(ours * PART));
}
