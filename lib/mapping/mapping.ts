/** Which OX field comes from which UDM property: the default, or AttributeMapping.json in its place (SPEC 7.3). */
import { ConnectorError } from '../errors/connector-error.ts';
import { readCheckedJson } from '../files/checked-json.ts';
import defaultMapping from './default-mapping.json' with { type: 'json' };

export type SpecialHandling = 'DEFAULT' | 'DATE' | 'IMAGE' | 'IMAP_URL' | 'SMTP_URL';

export interface MappingEntry {
  /** The UDM property; null: the field is left alone. */
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

export const DEFAULT_MAPPING: Mapping = defaultMapping as Mapping;

/** Throws MAPPING_BROKEN: a broken file never falls back to the default. */
export function readMapping(file: string, check: (value: unknown) => readonly string[]): Mapping {
  return (readCheckedJson(file, check, (mistakes) => broken(file, mistakes)) ?? DEFAULT_MAPPING) as Mapping;
}

function broken(file: string, mistakes: readonly string[]): ConnectorError {
  return new ConnectorError(
    'MAPPING_BROKEN',
    `the attribute mapping ${file} is broken: ${mistakes.join('; ')}`,
    { path: file },
    undefined,
    'Correct the file, or remove it to use the default mapping.',
  );
}
