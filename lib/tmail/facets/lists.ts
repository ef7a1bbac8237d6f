/** Aliases, forwards and address mappings: lists whose values are set and removed one by one. */
import { isSameAddress } from '../address.ts';
import type { Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import type { Alias, Site } from '../site.ts';
import type { Facet, Situation, Step } from './facet.ts';

type ListName = 'aliases' | 'forwards' | 'mappings';

interface Item {
  readonly value: string;
  /** Spelled otherwise than we do: to be set anew. */
  readonly isForeign: boolean;
  readonly remove: Step;
}

interface ListKind {
  readonly name: ListName;
  /** What nobody remembers is the user's own, and stays at a first run. */
  readonly keepsExtras: boolean;
  found(address: string, site: Site, server: TmailServer): readonly Item[];
  add(address: string, value: string, situation: Situation): Step;
}

function listFacet({ name, keepsExtras, found, add }: ListKind): Facet {
  return {
    name,
    isApplied(person, known) {
      const before = known[name];
      return (
        before !== undefined &&
        before.length === person[name].length &&
        person[name].every((value) => before.includes(value))
      );
    },
    applied: (person) => ({ [name]: person[name] }),
    remember(person, { at, site, server, known }) {
      const there = found(at, site, server).map(({ value }) => value);
      const ours = new Set([...person[name], ...(known?.[name] ?? []), ...(known?.begun?.[name] ?? [])]);
      return { [name]: [...new Set(there.filter((value) => ours.has(value)))] };
    },
    compare(person, situation) {
      const { at, site, server, known, fresh } = situation;
      const wanted = wantedOf(person, name, at);
      const before = known?.[name];
      const isNew = fresh === 'created' || fresh === 'taken over';
      const mayGo = (value: string): boolean =>
        isNew ||
        (before === undefined ? !keepsExtras : before.includes(value)) ||
        known?.begun?.[name]?.includes(value) === true;
      const items = found(at, site, server);
      const there = new Set(items.filter(({ isForeign }) => !isForeign).map(({ value }) => value));
      return {
        removals: items
          .filter(({ value, isForeign }) => (isForeign || !wanted.includes(value)) && mayGo(value))
          .map(({ remove }) => remove),
        additions: wanted.filter((value) => !there.has(value)).map((value) => add(at, value, situation)),
      };
    },
    clear: (address, site, server) => found(address, site, server).map(({ remove }) => remove),
  };
}

/** The local copy of forwards is the own address, which is another one until a rename is done. */
function wantedOf(person: Person, name: ListName, at: string): readonly string[] {
  return person[name].map((value) => (value === person.address ? at : value));
}

export const aliases = listFacet({
  name: 'aliases',
  keepsExtras: false,
  found: (address, site, server) =>
    site.aliasesOf(address).map((alias) => ({
      value: alias.source,
      isForeign: alias.destination !== address,
      remove: removeAlias(alias, site, server),
    })),
  add: (address, value, { site, server, isMailbox }) => ({
    ...addAlias({ source: value, destination: address }, site, server),
    // The server of 3.8 takes it, and mail to that mailbox goes astray.
    check() {
      if (isMailbox(value)) {
        return `${value} is somebody's mailbox`;
      }
      return site.leadsTo(address, value)
        ? `mail to ${address} is forwarded to ${value} already: it would go in a circle`
        : null;
    },
  }),
});

/** Whether it must not be sent is for the caller to know. */
export function addAlias(alias: Alias, site: Site, server: TmailServer, text = `alias ${alias.source} added`): Step {
  return {
    facet: 'aliases',
    text,
    value: alias.source,
    note: () => site.putAlias(alias),
    send: () => server.addAlias(alias.destination, alias.source),
  };
}

export function removeAlias(alias: Alias, site: Site, server: TmailServer): Step {
  return {
    facet: 'aliases',
    text: `alias ${alias.source} removed`,
    value: alias.source,
    note: () => site.dropAlias(alias),
    send: () => server.removeAlias(alias.destination, alias.source),
  };
}

export const forwards = listFacet({
  name: 'forwards',
  keepsExtras: true,
  found: (address, site, server) =>
    site
      .forwardsOf(address)
      .map((value) => ({ value, isForeign: false, remove: removeForward(address, value, site, server) })),
  add: (address, value, { site, server }) => ({
    facet: 'forwards',
    text: `forward to ${value} added`,
    value,
    check: () =>
      !isSameAddress(value, address) && site.leadsTo(value, address)
        ? `mail to ${value} is forwarded to ${address} already: it would go in a circle`
        : null,
    note: () => site.putForward(address, value),
    send: () => server.addForward(address, value),
  }),
});

export function removeForward(address: string, value: string, site: Site, server: TmailServer): Step {
  return {
    facet: 'forwards',
    text: `forward to ${value} removed`,
    value,
    note: () => site.dropForward(address, value),
    send: () => server.removeForward(address, value),
  };
}

export const mappings = listFacet({
  name: 'mappings',
  keepsExtras: false,
  found: (address, site, server) =>
    site.mappingsOf(address).map((value) => ({
      value,
      isForeign: false,
      remove: {
        facet: 'mappings',
        text: `mapping to ${value} removed`,
        value,
        note: () => site.dropMapping(address, value),
        send: () => server.removeMapping(address, value),
      },
    })),
  add: (address, value, { site, server }) => ({
    facet: 'mappings',
    text: `mapping to ${value} added`,
    value,
    check: () =>
      site.leadsTo(value, address) ? `mail to ${value} comes to ${address} already: it would go in a circle` : null,
    note: () => site.putMapping(address, value),
    send: () => server.addMapping(address, value),
  }),
});
