/** Which OX field comes from which UDM property: the default, or AttributeMapping.json in its place (docs/attributes.md). */
import { ConnectorError } from '../../errors/connector-error.ts';
import { readCheckedJson } from '../../files/checked-json.ts';
import defaultMapping from './default-mapping.json' with { type: 'json' };
import { emptyingOf, fieldNamed, isMapped } from './fields.ts';

type SpecialHandling = 'DEFAULT' | 'DATE' | 'IMAGE' | 'IMAP_URL' | 'SMTP_URL';

export interface MappingEntry {
  /** The UDM property; null: the field is emptied in OX. A field that is not named at all is left alone. */
  readonly ldap_attribute: string | null;
  /** Whether a missing value clears the field. */
  readonly nillable?: boolean;
  readonly multi_value?: boolean;
  readonly special_handling?: SpecialHandling;
  /** Asked in turn where `ldap_attribute` is empty. */
  readonly alternative_attributes?: readonly string[] | null;
  /** The place in a list, counted from 0. */
  readonly position?: number | null;
}

/** OX field → entry. */
export type Mapping = Readonly<Record<string, MappingEntry>>;

/** What an entry means that does not say it. Files of connector 2.x say all of it, and so do those that are written here. */
const USUAL = {
  ldap_attribute: null,
  nillable: true,
  multi_value: false,
  special_handling: 'DEFAULT',
  alternative_attributes: [],
  position: null,
} as const satisfies MappingEntry;

export const DEFAULT_MAPPING: Readonly<Record<string, Required<MappingEntry>>> = Object.fromEntries(
  Object.entries(defaultMapping as Mapping).map(([field, entry]) => [field, { ...USUAL, ...entry }]),
);

/** With OX's names of the fields. Throws MAPPING_BROKEN: a broken file never falls back to the default. */
export function readMapping(file: string, check: (value: unknown) => readonly string[]): Mapping {
  const written = Object.entries(readMappingFile(file, check));
  return Object.fromEntries(written.map(([name, entry]) => [fieldNamed(name), entry]));
}

/** With the names that the file has. */
export function readMappingFile(file: string, check: (value: unknown) => readonly string[]): Mapping {
  return (readCheckedJson(file, check, (mistakes) => broken(file, mistakes)) ?? DEFAULT_MAPPING) as Mapping;
}

/** Fields that the mapping wants to be empty, and that OX cannot empty: what to tell; null: there is none. */
export function unclearableNote(mapping: Mapping): string | null {
  const fields = Object.keys(mapping).filter(
    (field) => mapping[field]?.ldap_attribute === null && isMapped(field) && emptyingOf(field) === 'impossible',
  );
  return fields.length === 0
    ? null
    : `AttributeMapping.json empties ${fields.join(', ')}, which OX cannot clear: what is in OX stays until it is removed there by hand`;
}

function broken(file: string, mistakes: readonly string[]): ConnectorError {
  return new ConnectorError('MAPPING_BROKEN', `the attribute mapping ${file} is broken: ${mistakes.join('; ')}`, {
    fields: { path: file },
    remedy: 'Correct the file, or remove it to use the default mapping.',
  });
}
