/** Entries of AttributeMapping.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const entry = (ldap_attribute: string | null, more: Readonly<Record<string, unknown>> = {}) => ({
  ldap_attribute,
  nillable: true,
  multi_value: false,
  special_handling: 'DEFAULT',
  alternative_attributes: [],
  position: null,
  ...more,
});

/** No more than a user needs. */
export const NEEDED = {
  display_name: entry('displayName'),
  given_name: entry('firstname'),
  sur_name: entry('lastname'),
  email1: entry('mailPrimaryAddress'),
};

/** Text as it is, everything else as JSON. */
export const writeMapping = (data: string, content: unknown): void =>
  writeFileSync(join(data, 'AttributeMapping.json'), typeof content === 'string' ? content : JSON.stringify(content));
