/**
 * Reads the directory as a stream. Of an entry that did not change since it was applied only its address, id and DN are
 * kept, so that a run over 200,000 people needs little memory.
 */
import { asConnectorError, type ConnectorError } from '../../errors/connector-error.ts';
import type { EntryReading } from '../configuration.ts';
import type { FacetName } from '../facet-names.ts';
import type { Facet } from '../facets/facet.ts';
import type { Memory } from '../memory.ts';
import type { Ownership } from '../ownership.ts';
import { type Entry, type Person, personOfEntry } from '../person.ts';
import type { Refusal } from './report.ts';

export interface Gathered {
  readonly entries: number;
  readonly unchanged: number;
  /** By address: whose entry changed, or was never applied. */
  readonly changed: ReadonlyMap<string, Person>;
  /** Everybody's address → DN. */
  readonly seen: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
  /** Addresses of those who are only left alone. */
  readonly kept: ReadonlySet<string>;
  /** Those of which at least one entry has a value. */
  readonly present: ReadonlySet<FacetName>;
  readonly refused: readonly Refusal[];
  /** Why not everything was read; null: it was. */
  readonly failure: ConnectorError | null;
}

export interface GatherDeps {
  readonly entries: () => AsyncIterable<Entry>;
  readonly reading: EntryReading;
  readonly ownership: Ownership;
  readonly memory: Memory;
  readonly facets: readonly Facet[];
  readonly withAccount: boolean;
  /** Whether the server still has what was applied, as far as that is known. */
  readonly isThere: (address: string) => boolean;
  readonly full: boolean;
  readonly only: ReadonlySet<string> | null;
  readonly progress: (entries: number) => void;
  readonly isStopped: () => boolean;
}

export const VALUES = ['aliases', 'forwards', 'mappings', 'quota'] as const;

export async function gather(deps: GatherDeps): Promise<Gathered> {
  const { memory, ownership, only } = deps;
  const changed = new Map<string, Person>();
  const seen = new Map<string, string>();
  const ids = new Set<string>();
  const kept = new Set<string>();
  const twice = new Map<string, string[]>();
  const present = new Set<FacetName>();
  let entries = 0;
  let failure: ConnectorError | null = null;
  try {
    for await (const entry of deps.entries()) {
      if (deps.isStopped()) {
        break;
      }
      entries += entry.isKept ? 0 : 1;
      deps.progress(entries);
      const person = personOfEntry(entry, deps.reading, memory.addressOf);
      if (person === null || !ownership.isOurs(person.address)) {
        continue;
      }
      const { address, id, dn } = person;
      // An entry that is moved while pages are read may come in two of them.
      if (id !== null && ids.has(id) && !entry.isKept) {
        continue;
      }
      if (id !== null) {
        ids.add(id);
      }
      if (entry.isKept) {
        kept.add(address);
        continue;
      }
      for (const name of VALUES) {
        if ((person[name]?.length ?? 0) > 0 || person.refused.some(({ facet }) => facet === name)) {
          present.add(name);
        }
      }
      const other = seen.get(address);
      if (other !== undefined) {
        twice.set(address, [...(twice.get(address) ?? [other]), dn]);
        changed.delete(address);
        continue;
      }
      seen.set(address, dn);
      const isMeant = only === null || only.has(address);
      if (isMeant && (deps.full || !deps.isThere(address) || !isApplied(person, deps))) {
        changed.set(address, person);
      }
    }
  } catch (error) {
    failure = asConnectorError(error);
    if (!failure.code.startsWith('LDAP_')) {
      throw failure;
    }
  }
  const refused = [...twice].flatMap(([address, dns]) => dns.map((dn) => refusalOfTwice(address, dn, dns)));
  const unchanged = seen.size - changed.size - twice.size;
  return { entries, unchanged, changed, seen, ids, kept, present, refused, failure };
}

/** All of it, and nothing is left to do. */
function isApplied(person: Person, { memory, facets, withAccount }: GatherDeps): boolean {
  const known = memory.mailboxes.get(person.address);
  return (
    known !== undefined &&
    known.id === person.id &&
    known.renaming === undefined &&
    (known.account === true || !withAccount) &&
    person.refused.length === 0 &&
    facets.every(
      (facet) =>
        facet.isApplied(person, known) && !known.open?.includes(facet.name) && !known.fresh?.left.includes(facet.name),
    )
  );
}

function refusalOfTwice(address: string, dn: string, dns: readonly string[]): Refusal {
  const others = dns.filter((each) => each !== dn);
  return {
    address,
    dn,
    facet: 'account',
    value: address,
    reason: `${others.join(' and ')} ${others.length === 1 ? 'has' : 'have'} the address ${address} too: none of them is touched`,
    remedy: 'Give each of them an address of its own in the directory.',
  };
}
