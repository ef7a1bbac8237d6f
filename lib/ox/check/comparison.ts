/** What the comparisons of all types tell of an object, and how they find it by its name. */

import { type Finding, finding } from '../../check/finding.ts';
import type { ObjectType } from '../../model/change.ts';
import { collated } from '../../model/collation.ts';
import type { FieldChange } from '../../target/outcome.ts';
import type { NamedPlace } from '../types/by-name.ts';
import type { ComparisonDeps } from './deps.ts';
import type { Wish } from './wishes.ts';

/** Fields in one message. */
const MOST_NAMED = 10;

interface Details {
  readonly context: number;
  readonly object: string;
  readonly repair: string;
}

export function* different(fields: readonly FieldChange[], details: Details, most = MOST_NAMED): Generator<Finding> {
  if (fields.length > 0) {
    const named = fields.slice(0, most).map(({ field }) => field);
    const message = `${fields.length === 1 ? '1 field differs' : `${fields.length} fields differ`}: ${named.join(', ')}${fields.length > most ? ', …' : ''}`;
    yield finding('differs', message, { ...details, fields });
  }
}

export function missing(kind: string, name: string, refusal: string | null, { repair, ...details }: Details): Finding {
  const message = `OX has no ${kind} ${JSON.stringify(name)}`;
  return refusal === null
    ? finding('missing', message, { ...details, repair })
    : finding('refused', `${message}, and will refuse to create it: ${refusal}`, details);
}

/** `others`: the ids of the objects that have it as well. */
export function claimedTwice(kind: string, name: string, others: readonly string[], details: Details): Finding {
  const { context, object, repair } = details;
  const message = `OX has one ${kind} ${JSON.stringify(name)}, but the last states of ${[repair, ...others].join(', ')} all say that it is theirs`;
  return finding('claimed-twice', message, { context, object });
}

export function unknown(kind: string, context: number, name: string, id: number, claims: readonly string[]): Finding {
  const message = `OX has the ${kind} ${JSON.stringify(name)} (id ${id}), which no last state describes`;
  return finding('unknown', message, { context, object: name, claims });
}

interface Named {
  readonly name?: string | null;
}

export interface Comparing<Place, Wanted, Found> {
  readonly kind: string;
  readonly type: ObjectType;
  /** What is said of one that OX has and should not have. */
  readonly leftOver: (name: string) => string;
  /** Why OX would not create one of this name; null: nothing is known against it. */
  readonly refusal: (name: string) => string | null;
  readonly compare: (found: Found, wanted: Wanted, place: Place) => FieldChange[];
}

/** What is found by its name, or the one it had. Answers what is left over: it is unknown to us. */
export function* compareByName<Place extends NamedPlace, Wanted, Found extends Named>(
  { kind, type, leftOver, refusal, compare }: Comparing<Place, Wanted, Found>,
  wishes: readonly Wish<Place, Wanted>[],
  all: readonly Found[],
  { compared }: Pick<ComparisonDeps, 'compared'>,
): Generator<Finding, Found[]> {
  /** Name → whose it is. */
  const taken = new Map<string, string>();
  const there = new Map(all.flatMap((found) => (found.name ? [[collated(found.name), found]] : [])));
  for (const { id, dn, place, wanted } of wishes) {
    const { context, name, formerName } = place;
    const details = { context, object: dn, repair: id };
    const key = [name, formerName ?? name].map(collated).find((each) => there.has(each)) ?? '';
    const found = there.get(key);
    const other = taken.get(collated(name));
    there.delete(key);
    taken.set(key, id);
    compared(type);
    if (found && wanted !== null) {
      yield* different(compare(found, wanted, place), details);
    } else if (found) {
      yield finding('left-over', leftOver(JSON.stringify(name)), details);
    } else if (wanted !== null && other !== undefined) {
      yield claimedTwice(kind, name, [other], details);
    } else if (wanted !== null) {
      yield missing(kind, name, refusal(name), details);
    }
  }
  return [...there.values()];
}
