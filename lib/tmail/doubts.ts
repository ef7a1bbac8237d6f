/** What is remembered of a mailbox while something is done to it: a run that does not end leaves some of it done. */
import type { FacetName } from './facet-names.ts';
import type { Facet } from './facets/facet.ts';
import { identityMark } from './facets/values.ts';
import { type Fresh, OF_AN_ACCOUNT, type Remembered, UNKNOWN } from './memory.ts';
import type { Person } from './person.ts';

/** Before any of it is set. Where an earlier run did not end, the server may have another name than the one before. */
export function begunOf(
  known: Remembered | null,
  person: Person,
  facets: readonly Facet[],
  fresh: Fresh | null,
): Remembered {
  const { open = [], begun = {}, identity } = known ?? {};
  return {
    ...inDoubt(known, open),
    id: person.id ?? known?.id ?? null,
    open: joined(
      open,
      facets.map(({ name }) => name),
    ),
    begun: {
      aliases: joined(begun.aliases, person.aliases),
      forwards: joined(begun.forwards, person.forwards),
      mappings: joined(begun.mappings, person.mappings),
      identity: joined(begun.identity, [...(identity ? [identity] : []), identityMark(person)]),
    },
    ...(fresh ? { fresh: { how: fresh, left: OF_AN_ACCOUNT } } : {}),
  };
}

/** Before any of it goes: it may be wished again by the time of the next run. */
export function goingOf(known: Remembered, names: readonly FacetName[]): Remembered {
  // Identities stay.
  const others = names.filter((name) => name !== 'identity');
  return { ...known, ...inDoubt(known, others), open: joined(known.open, names) };
}

/** What is not read from the server at each run. */
function inDoubt(known: Remembered | null, names: readonly FacetName[]): Partial<Remembered> {
  const doubtful = (['identity', 'contact'] as const).filter((name) => names.includes(name) && known?.[name]);
  return { ...known, ...Object.fromEntries(doubtful.map((name) => [name, UNKNOWN])) };
}

function joined<Value>(some: readonly Value[] = [], others: readonly Value[]): Value[] {
  return [...new Set([...some, ...others])];
}
