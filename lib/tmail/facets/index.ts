/** The facets that an account has, in the order in which they are set; they are cleared in the reverse order. */
import type { FacetName } from '../facet-names.ts';
import type { Facet } from './facet.ts';
import { aliases, forwards, mappings } from './lists.ts';
import { contact, identity, quota } from './values.ts';

const ALL: readonly Facet[] = [aliases, forwards, mappings, quota, identity, contact];

export function facetsNamed(names: readonly FacetName[]): Facet[] {
  return ALL.filter(({ name }) => names.includes(name));
}
