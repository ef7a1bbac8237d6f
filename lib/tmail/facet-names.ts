/** What there is of a mailbox, each to be switched on by its name. */

/** In the order in which they are set; they are removed in the reverse order. */
export const FACETS = ['account', 'aliases', 'forwards', 'mappings', 'quota', 'identity', 'contact'] as const;

export type FacetName = (typeof FACETS)[number];
