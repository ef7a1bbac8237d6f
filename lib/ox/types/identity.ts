/** The name of a user or group in OX, from the property that the settings choose (OX_USER_IDENTIFIER, OX_GROUP_IDENTIFIER). */
import { firstIdOf } from '../../model/change.ts';
import { ENTRY_UUID, nameIn } from '../../model/claims.ts';
import type { Properties } from '../../model/udm.ts';
import { LIMITS } from './lengths.ts';
import { propertyInvalid, sendable } from './sendable.ts';

/** Whose name it is. */
export interface Named {
  readonly id: string;
  readonly dn: string;
  /** The last state, which knows the id that the object had first: one that came later renames nobody. */
  readonly before: Properties | null;
}

/** The name wished for; an error if the property is not exactly one non-empty value. A list is none, whatever it holds. */
export function nameOf(
  setting: 'OX_USER_IDENTIFIER' | 'OX_GROUP_IDENTIFIER',
  property: string,
  { id, dn, before }: Named,
  properties: Properties,
): string {
  const first = property === ENTRY_UUID ? firstIdOf(id, before) : null;
  const name = Array.isArray(properties[property]) ? null : (first ?? nameIn(property, id, properties));
  if (name !== null) {
    const limit = setting === 'OX_USER_IDENTIFIER' ? LIMITS.userName : LIMITS.name;
    return sendable(name, limit, property, dn);
  }
  throw propertyInvalid(
    dn,
    property,
    `${setting} names the property ${property}, which must have one non-empty value, but is ${found(properties[property])} in ${dn}`,
    `Set ${setting} to a property that has one value in every object (entryUUID always works), or correct ${property} in UDM.`,
  );
}

function found(value: unknown): string {
  if (value === undefined || value === null) {
    return 'not set';
  }
  return Array.isArray(value) ? `a list of ${value.length}` : 'empty or not a text';
}
