/** What one run of `sync` is asked to do. */
import type { FacetName } from '../facet-names.ts';

export interface SyncOptions {
  /** Set for whoever is in the directory; empty: nothing. */
  readonly facets: readonly FacetName[];
  /** Cleared for whoever is not. */
  readonly clean: readonly FacetName[];
  readonly full: boolean;
  /** Only these addresses; null: all. */
  readonly only: ReadonlySet<string> | null;
  /** More mailboxes than the configuration allows may be removed; null: no. */
  readonly allowedDeletions: number | null;
  /** false: no account is created; what has one is not changed; no address is changed. */
  readonly create?: boolean;
  readonly update?: boolean;
  readonly rename?: boolean;
  readonly concurrency: number;
}
