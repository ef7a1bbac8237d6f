/** Reads what the server has of one person, and of whom its values touch: not of everybody, as a run over a directory does. */
import type { MailboxDeps } from '../mailbox.ts';
import type { Person } from '../person.ts';
import { mappingsOfAnybody } from '../server.ts';
import type { Site } from '../site.ts';

type LoadDeps = Pick<MailboxDeps, 'configuration' | 'server'>;

/** What the server has of one address. */
export async function load(site: Site, address: string, { server, configuration }: LoadDeps): Promise<void> {
  if (await server.hasUser(address)) {
    site.users.add(address);
  }
  for (const alias of await server.aliasesOf(address)) {
    site.put('aliases', address, alias);
  }
  site.addMappings(address, await server.mappingsOf(address));
  if (configuration.facets.includes('quota') && site.users.has(address)) {
    const quota = await server.ownQuota(address);
    if (quota !== null) {
      site.quotas.set(address, quota);
    }
  }
}

/** Whether aliases are mailboxes, and where forwards lead: the server does not find all circles. `from`: where the mailbox is so far. */
export async function loadAround(person: Person, from: string | null, site: Site, { server }: LoadDeps): Promise<void> {
  const aliases = new Set(site.valuesOf('aliases', person.address).map(({ value }) => value));
  const added = person.aliases.filter((each) => !aliases.has(each));
  for (const alias of added) {
    if (await server.hasUser(alias)) {
      site.users.add(alias);
    }
  }
  const there = new Set([...site.targetsOf('forwards', person.address), ...site.targetsOf('mappings', person.address)]);
  const moves = from !== null && from !== person.address;
  const seen = new Set<string>([person.address]);
  // What is there already leads back only by a new alias, or to another address.
  const mayLeadBack = added.length > 0 || moves;
  const waiting = [
    ...person.forwards,
    ...person.mappings,
    ...(mayLeadBack ? there : []),
    ...(moves ? site.targetsOf('forwards', from) : []),
  ]
    .filter((each) => mayLeadBack || !there.has(each))
    .map((each) => each.toLowerCase());
  for (let next = waiting.pop(); next !== undefined && seen.size < MOST_FOLLOWED; next = waiting.pop()) {
    if (!seen.has(next)) {
      seen.add(next);
      const list = await mappingsOfAnybody(next, server);
      site.addMappings(next, list);
      waiting.push(...list.map(({ target }) => target.toLowerCase()));
    }
  }
}

const MOST_FOLLOWED = 200;
