/** The names under which users of a context log in (docs/ox.md, "Login mappings"). */

import { invalidData, storageFault } from './faults.ts';
import { type Fields, textsOf } from './values.ts';

const MAPPING = /^[$%.+a-zA-Z0-9_-]$/;

/** One empty one removes all but id and name. */
export function sentMappings(sent: Fields): string[] {
  return (textsOf(sent, 'loginMappings') ?? []).filter((mapping) => mapping !== '');
}

export function checkMappingChars(mappings: readonly string[]): void {
  for (const mapping of mappings) {
    const illegal = [...mapping].find((char) => !MAPPING.test(char));
    if (illegal !== undefined) throw invalidData(`Illegal chars: "${illegal}" in login mapping`);
  }
}

/** Logins are kept without regard to case. */
export function checkMappingRows(mappings: readonly string[]): void {
  const seen = new Set<string>();
  for (const mapping of mappings) {
    if (seen.has(mapping.toLowerCase())) {
      throw storageFault(
        `java.sql.SQLIntegrityConstraintViolationException: Duplicate entry '${mapping}' for key 'PRIMARY'`,
      );
    }
    seen.add(mapping.toLowerCase());
  }
}
