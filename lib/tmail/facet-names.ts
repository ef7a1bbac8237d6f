/** What there is of a mailbox, each to be switched on by its name. */

/** In the order in which they are set; they are removed in the reverse order. */
export const FACETS = ['account', 'aliases', 'forwards', 'mappings', 'quota', 'identity', 'contact'] as const;

export type FacetName = (typeof FACETS)[number];

export const LISTS = ['aliases', 'forwards', 'mappings'] as const satisfies readonly FacetName[];

export type ListName = (typeof LISTS)[number];

export function isList(name: FacetName): name is ListName {
  return (LISTS as readonly FacetName[]).includes(name);
}
