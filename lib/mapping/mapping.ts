/** Which OX field comes from which UDM property: the default, or AttributeMapping.json in its place (SPEC 7.3). */
import { readFileSync } from 'node:fs';
import { ConnectorError, hasCode } from '../errors/connector-error.ts';
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
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return DEFAULT_MAPPING;
    }
    if (error instanceof TypeError) {
      throw broken(file, ['it is not valid UTF-8']);
    }
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(file, [`it is not valid JSON: ${error instanceof Error ? error.message : ''}`]);
  }
  const mistakes = check(value);
  if (mistakes.length > 0) {
    throw broken(file, mistakes);
  }
  return value as Mapping;
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
