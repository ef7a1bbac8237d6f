/** Quota, default identity and domain contact: one value each. */
import { createHash } from 'node:crypto';
import type { Remembered } from '../memory.ts';
import { displayName, type Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import type { Site } from '../site.ts';
import { type Difference, type Facet, NOTHING, type Step } from './facet.ts';

export const NO_QUOTA = 'none';

interface ValueKind extends Pick<Facet, 'compare' | 'clear'> {
  readonly name: 'quota' | 'identity' | 'contact';
  /** By which what was set is known again. */
  mark(person: Person): string;
}

function valueFacet({ mark, ...kind }: ValueKind): Facet {
  const applied = (person: Person): Partial<Remembered> => ({ [kind.name]: mark(person) });
  return {
    ...kind,
    isApplied: (person, known) => known[kind.name] === mark(person),
    applied,
    remember: applied,
  };
}

function toAdd(step: Step): Difference {
  return { removals: [], additions: [step] };
}

export const quota = valueFacet({
  name: 'quota',
  mark: (person) => person.quota ?? NO_QUOTA,
  compare(person, { at, site, server, known, fresh }) {
    const own = site.quotas.get(at) ?? null;
    if (person.refused.some(({ facet }) => facet === 'quota')) {
      return NOTHING;
    }
    if (person.quota !== null) {
      const text = `quota set to ${person.quota}`;
      return person.quota === own ? NOTHING : toAdd(quotaStep(at, person.quota, site, server, text));
    }
    // The lists do not show what the server keeps for an address without account.
    if (fresh === 'created' || (fresh === 'taken over' && own !== null)) {
      return toAdd(quotaStep(at, null, site, server, 'no quota of its own'));
    }
    const isOurs = own !== null && fresh !== 'back' && known?.quota !== NO_QUOTA;
    return isOurs ? { removals: quota.clear(at, site, server), additions: [] } : NOTHING;
  },
  clear: (address, site, server) =>
    site.quotas.has(address) ? [quotaStep(address, null, site, server, 'quota removed')] : [],
});

function quotaStep(address: string, bytes: string | null, site: Site, server: TmailServer, text: string): Step {
  const before = site.quotas.get(address) ?? null;
  const put = (quota: string | null): unknown =>
    quota === null ? site.quotas.delete(address) : site.quotas.set(address, quota);
  return {
    facet: 'quota',
    text,
    value: bytes ?? before ?? '',
    note() {
      put(bytes);
      return () => void put(before);
    },
    send: () => (bytes === null ? server.clearQuota(address) : server.setQuota(address, bytes)),
  };
}

/** Follows the name as long as it is the one that was set last: what the user calls itself is its own affair. */
export const identity = valueFacet({
  name: 'identity',
  mark: identityMark,
  async compare(person, { at, server, known, fresh, full }) {
    if (known?.identity === identityMark(person) && fresh === null && !full) {
      return NOTHING;
    }
    const name = displayName(person);
    const found = await server.defaultIdentity(at);
    if (found === null) {
      return toAdd(identityStep('identity created', name, () => server.createIdentity(at, name)));
    }
    const mark = digest(found.name);
    const isOurs = known?.identity === mark || known?.begun?.identity?.includes(mark) === true;
    // The server keeps the identities of an address although its account is removed.
    const isOfAnother = fresh !== null && fresh !== 'back';
    if (found.name === name || !(isOurs || isOfAnother)) {
      return NOTHING;
    }
    const send = (): Promise<void> => server.renameIdentity(at, found.id, name);
    return toAdd(identityStep('identity renamed', name, send));
  },
  clear: () => [],
});

function identityStep(text: string, value: string, send: () => Promise<void>): Step {
  return { facet: 'identity', text, value, send };
}

export const contact = valueFacet({
  name: 'contact',
  mark: contactMark,
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
    return toAdd({ facet: 'contact', text: 'contact set', value: displayName(person), send });
  },
  clear: (address, _, server) => [
    { facet: 'contact', text: 'contact removed', value: address, send: () => server.removeContact(address) },
  ],
});

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
