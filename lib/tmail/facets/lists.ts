/** Aliases, forwards and address mappings: lists whose values are set and removed one by one. */
import { isSameAddress } from '../address.ts';
import type { ListName } from '../facet-names.ts';
import type { Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import type { Site, Value } from '../site.ts';
import type { Facet, Situation, Step } from './facet.ts';

const WORDS: Readonly<Record<ListName, string>> = {
  aliases: 'alias ',
  forwards: 'forward to ',
  mappings: 'mapping to ',
};

/** Whether it must not be sent is for the caller to know. */
export function adding(list: ListName, { owner, value }: Value, site: Site, server: TmailServer, how = 'added'): Step {
  return {
    facet: list,
    text: `${WORDS[list]}${value} ${how}`,
    value,
    note: () => site.put(list, owner, value),
    send: () => server.add(list, owner, value),
  };
}

export function removing(list: ListName, { owner, value }: Value, site: Site, server: TmailServer): Step {
  return {
    facet: list,
    text: `${WORDS[list]}${value} removed`,
    value,
    note: () => site.drop(list, owner, value),
    send: () => server.remove(list, owner, value),
  };
}

interface ListKind {
  readonly name: ListName;
  /** What nobody remembers is the user's own, and stays at a first run. */
  readonly keepsExtras: boolean;
  /** Why the value must not be sent; null: it may. */
  obstacle(address: string, value: string, situation: Situation): string | null;
}

function listFacet({ name, keepsExtras, obstacle }: ListKind): Facet {
  /** What is not wished, and goes: where it cannot it is remembered, and goes later. */
  const ours = ({ known, fresh }: Situation): ((value: string) => boolean) => {
    const before = known?.[name];
    const isNew = fresh === 'created' || fresh === 'taken over';
    const isAll = isNew || (before === undefined && !keepsExtras);
    return (value) => isAll || before?.includes(value) === true || known?.begun?.[name]?.includes(value) === true;
  };
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
    remember(person, situation) {
      const there = situation.site.valuesOf(name, situation.at).map(({ value }) => value);
      const mayGo = ours(situation);
      return { [name]: [...new Set(there.filter((value) => person[name].includes(value) || mayGo(value)))] };
    },
    compare(person, situation) {
      const { at, site, server } = situation;
      const wanted = wantedOf(person, name, at);
      const mayGo = ours(situation);
      const items = site.valuesOf(name, at);
      // What is spelled otherwise than we do is set anew.
      const isRight = ({ owner, value }: Value): boolean => owner === at && wanted.includes(value);
      const there = new Set(items.filter(isRight).map(({ value }) => value));
      return {
        removals: items
          .filter((each) => !isRight(each) && mayGo(each.value))
          .map((each) => removing(name, each, site, server)),
        additions: wanted
          .filter((value) => !there.has(value))
          .map((value) => ({
            ...adding(name, { owner: at, value }, site, server),
            check: () => obstacle(at, value, situation),
          })),
      };
    },
    clear: (address, site, server) => site.valuesOf(name, address).map((each) => removing(name, each, site, server)),
  };
}

/** The local copy of forwards is the own address, which is another one until a rename is done. */
function wantedOf(person: Person, name: ListName, at: string): readonly string[] {
  return person[name].map((value) => (value === person.address ? at : value));
}

export const aliases = listFacet({
  name: 'aliases',
  keepsExtras: false,
  // The server of 3.8 takes it, and mail to that mailbox goes astray.
  obstacle(address, value, { site, isMailbox }) {
    if (isMailbox(value)) {
      return `${value} is somebody's mailbox`;
    }
    return site.leadsTo(address, value)
      ? `mail to ${address} is forwarded to ${value} already: it would go in a circle`
      : null;
  },
});

export const forwards = listFacet({
  name: 'forwards',
  keepsExtras: true,
  obstacle: (address, value, { site }) =>
    !isSameAddress(value, address) && site.leadsTo(value, address)
      ? `mail to ${value} is forwarded to ${address} already: it would go in a circle`
      : null,
});

export const mappings = listFacet({
  name: 'mappings',
  keepsExtras: false,
  obstacle: (address, value, { site }) =>
    site.leadsTo(value, address) ? `mail to ${value} comes to ${address} already: it would go in a circle` : null,
});
