/** Quota, default identity and domain contact: one value each. */
import { createHash } from 'node:crypto';
import type { Person } from '../person.ts';
import { displayName } from '../person.ts';
import type { TmailServer } from '../server.ts';
import type { Site } from '../site.ts';
import { type Facet, NOTHING, type Step } from './facet.ts';

export const NO_QUOTA = 'none';

function quotaMemory(person: Person): { quota: string } {
  return { quota: person.quota ?? NO_QUOTA };
}

function contactMemory(person: Person): { contact: string } {
  return { contact: contactMark(person) };
}

function identityMemory(person: Person): { identity: string } {
  return { identity: identityMark(person) };
}

export const quota: Facet = {
  name: 'quota',
  isApplied: (person, known) => known.quota === quotaMemory(person).quota,
  applied: quotaMemory,
  remember: quotaMemory,
  compare(person, { at, site, server, known, fresh }) {
    const own = site.quotas.get(at) ?? null;
    if (person.refused.some(({ facet }) => facet === 'quota')) {
      return NOTHING;
    }
    if (person.quota !== null) {
      return { removals: [], additions: person.quota === own ? [] : [setQuota(at, person.quota, site, server)] };
    }
    // The lists do not show what the server keeps for an address without account.
    const mayBeOfAnother = fresh === 'created' || (fresh === 'taken over' && own !== null);
    const isOurs = own !== null && fresh !== 'back' && known?.quota !== NO_QUOTA;
    const clear = [clearQuota(at, site, server, mayBeOfAnother ? 'no quota of its own' : 'quota removed')];
    return { removals: isOurs && !mayBeOfAnother ? clear : [], additions: mayBeOfAnother ? clear : [] };
  },
  clear: (address, site, server) => (site.quotas.has(address) ? [clearQuota(address, site, server)] : []),
};

function setQuota(address: string, bytes: string, site: Site, server: TmailServer): Step {
  const before = site.quotas.get(address);
  return {
    facet: 'quota',
    text: `quota set to ${bytes}`,
    value: bytes,
    note: () => {
      site.quotas.set(address, bytes);
      return () => (before === undefined ? site.quotas.delete(address) : site.quotas.set(address, before));
    },
    send: () => server.setQuota(address, bytes),
  };
}

function clearQuota(address: string, site: Site, server: TmailServer, text = 'quota removed'): Step {
  const before = site.quotas.get(address);
  return {
    facet: 'quota',
    text,
    value: before ?? '',
    note: () => {
      site.quotas.delete(address);
      return () => (before === undefined ? undefined : site.quotas.set(address, before));
    },
    send: () => server.clearQuota(address),
  };
}

/** Follows the name as long as it is the one that was set last: what the user calls itself is its own affair. */
export const identity: Facet = {
  name: 'identity',
  isApplied: (person, known) => known.identity === identityMark(person),
  applied: identityMemory,
  remember: identityMemory,
  async compare(person, { at, server, known, fresh, full }) {
    if (known?.identity === identityMark(person) && fresh === null && !full) {
      return NOTHING;
    }
    const name = displayName(person);
    const found = await server.defaultIdentity(at);
    if (found === null) {
      return {
        removals: [],
        additions: [identityStep('identity created', name, () => server.createIdentity(at, name))],
      };
    }
    const mark = digest(found.name);
    const isOurs = known?.identity === mark || known?.begun?.identity?.includes(mark) === true;
    // The server keeps the identities of an address although its account is removed.
    const isOfAnother = fresh !== null && fresh !== 'back';
    if (found.name === name || !(isOurs || isOfAnother)) {
      return NOTHING;
    }
    const send = (): Promise<void> => server.renameIdentity(at, found.id, name);
    return { removals: [], additions: [identityStep('identity renamed', name, send)] };
  },
  clear: () => [],
};

function identityStep(text: string, value: string, send: () => Promise<void>): Step {
  return { facet: 'identity', text, value, send };
}

export const contact: Facet = {
  name: 'contact',
  isApplied: (person, known) => known.contact === contactMark(person),
  applied: contactMemory,
  remember: contactMemory,
  async compare(person, { at, server, known, fresh, full }) {
    const { firstname, lastname } = person;
    if (known?.contact === contactMark(person) && fresh === null) {
      if (!full) {
        return NOTHING;
      }
      const found = await server.contact(at);
      if (found?.firstname === firstname && found.lastname === lastname) {
        return NOTHING;
      }
    }
    const send = (): Promise<void> => server.setContact(at, firstname, lastname);
    return { removals: [], additions: [{ facet: 'contact', text: 'contact set', value: displayName(person), send }] };
  },
  clear: (address, _, server) => [
    { facet: 'contact', text: 'contact removed', value: address, send: () => server.removeContact(address) },
  ],
};

function contactMark({ firstname, lastname }: Person): string {
  return digest(JSON.stringify([firstname, lastname]));
}

/** By which a name that we set is known again. */
export function identityMark(person: Person): string {
  return digest(displayName(person));
}

/** Names are nobody's business in a file that only has to notice changes. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
