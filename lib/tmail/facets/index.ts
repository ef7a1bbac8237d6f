/** The facets that an account has, in the order in which they are set; they are cleared in the reverse order. */
import { FACETS, type FacetName } from '../facet-names.ts';
import type { Facet } from './facet.ts';
import { aliases, forwards, mappings } from './lists.ts';
import { contact, identity, quota } from './values.ts';

const BY_NAME: Readonly<Record<Exclude<FacetName, 'account'>, Facet>> = {
  aliases,
  forwards,
  mappings,
  quota,
  identity,
  contact,
};

export function facetsNamed(names: readonly FacetName[]): Facet[] {
  return FACETS.flatMap((name) => (name !== 'account' && names.includes(name) ? [BY_NAME[name]] : []));
}
