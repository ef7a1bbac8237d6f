/** What the index keeps of a last state. */
import type { Envelope, ObjectType } from '../model/change.ts';
import { awaitedBy, type Identifiers } from '../model/claims.ts';
import { dnKey } from '../model/dn.ts';
import { isWanted, referencesOf, TYPES } from '../model/types.ts';
import { readTexts } from '../model/udm.ts';

export interface Entry {
  /** How it is found by its DN; empty: not at all. */
  readonly dn: string;
  readonly type: ObjectType;
  /** It is to be in OX. */
  readonly isOx: boolean;
  readonly context: number | null;
  readonly oxId: number | null;
  /** What it waits for, as `Plan.needs` calls it. */
  readonly awaited: readonly string[];
  /** Ids that it had before, lower case. */
  readonly formers: readonly string[];
  readonly claims: readonly string[];
  /** Whom it names: DNs as they are compared. */
  readonly references: readonly string[];
  /** Formers, claims and what it waits for as one text, where that is short: what stays is not written again. Empty: they are written. */
  readonly notes: string;
}

export function entryOf(id: string, envelope: Envelope, identifiers: Identifiers): Entry {
  const object = envelope.object ?? {};
  const type = envelope.udm_object_type;
  const isGone = object.oxDbDeletion === true;
  const place = TYPES[type].place?.(envelope, identifiers) ?? null;
  const formers = readTexts(object.oxDbFormerIds).map((former) => former.toLowerCase());
  const claims = TYPES[type].claims({ ...envelope, id }, identifiers);
  const awaited = awaitedBy(object);
  const references = isGone ? [] : referencesOf(type, object).map(dnKey);
  return {
    dn: placeOf(envelope, isGone),
    type,
    isOx: !isGone && isWanted(type, object),
    context: place?.context ?? null,
    oxId: place?.oxId ?? null,
    awaited,
    formers,
    claims,
    references,
    notes: references.length > 0 ? '' : JSON.stringify([formers, claims, awaited]),
  };
}

/** How the object is found by its DN. In references a DN that was given up is that of another object by now. */
function placeOf({ dn, object }: Envelope, isGone: boolean): string {
  if (isGone || object?.oxDbDnLost === true) {
    return '';
  }
  return object?.oxDbGivenUp === undefined ? dnKey(dn) : givenUp(dnKey(dn));
}

export function givenUp(key: string): string {
  return `given up: ${key}`;
}
