/** The name of a user or group in OX, from the property that the settings choose (SPEC 2, OX_USER_IDENTIFIER). */
import { ConnectorError } from '../errors/connector-error.ts';
import type { Change } from '../model/change.ts';
import type { Properties } from '../model/udm.ts';
import { sendable } from './sendable.ts';

/** The settings call the object's id by its LDAP name. */
const ENTRY_UUID = 'entryUUID';

export interface Identifier {
  readonly setting: 'OX_USER_IDENTIFIER' | 'OX_GROUP_IDENTIFIER';
  readonly property: string;
}

/** The name wished for; an error if the property is not exactly one non-empty value. */
export function nameOf(identifier: Identifier, change: Pick<Change, 'id' | 'dn'>, properties: Properties): string {
  const name = formerNameOf(identifier, change, properties);
  if (name !== null) {
    return sendable(name, identifier.property, change.dn);
  }
  const value = properties[identifier.property];
  const found =
    value === undefined || value === null
      ? 'not set'
      : Array.isArray(value)
        ? `a list of ${value.length}`
        : 'empty or not a text';
  throw new ConnectorError(
    'PROPERTY_INVALID',
    `${identifier.setting} names the property ${identifier.property}, which must have one non-empty value, but is ${found} in ${change.dn}`,
    { dn: change.dn, property: identifier.property },
    undefined,
    `Set ${identifier.property} in UDM, or set ${identifier.setting} to a property that every object has (entryUUID always works).`,
  );
}

/** The name that `properties` give; null where they give none. */
export function formerNameOf(
  identifier: Identifier,
  change: Pick<Change, 'id'>,
  properties: Properties,
): string | null {
  if (identifier.property === ENTRY_UUID) {
    return change.id;
  }
  const value = properties[identifier.property];
  const single = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (typeof single === 'number') {
    return String(single);
  }
  return typeof single === 'string' && single.trim() !== '' ? single : null;
}
