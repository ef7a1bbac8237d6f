/** What OX refuses to create (docs/ox.md, "Creating users", "Groups", "Resources"), told before it is asked. */
import type { OxUser } from '../services/ox.ts';

const USER_OR_RESOURCE = /[^$@%.+a-zA-Z0-9_-]/;
const GROUP = /[^ $@%.+a-zA-Z0-9_-]/;

const MANDATORY = ['display_name', 'given_name', 'sur_name'] as const;

/** Why; null: nothing is known against it. */
export function checkUserName(name: string, fields: OxUser): string | null {
  const empty = MANDATORY.filter((field) => !fields[field]);
  return (
    illegal(name, USER_OR_RESOURCE) ?? (empty.length > 0 ? `mandatory fields are empty: ${empty.join(', ')}` : null)
  );
}

export function checkResourceName(name: string): string | null {
  return illegal(name, USER_OR_RESOURCE);
}

export function checkGroupName(name: string): string | null {
  return illegal(name, GROUP);
}

function illegal(name: string, pattern: RegExp): string | null {
  const found = pattern.exec(name)?.[0];
  return found === undefined ? null : `the name ${JSON.stringify(name)} has the character ${JSON.stringify(found)}`;
}
