/** What a facet of a mailbox is: it compares without effects, and answers the steps that bring it to what is wished. */
import type { FacetName } from '../facet-names.ts';
import type { Fresh, Remembered } from '../memory.ts';
import type { Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import type { Site } from '../site.ts';

export interface Step {
  readonly facet: FacetName;
  /** In the words of the log: `alias info@example.org added`. */
  readonly text: string;
  /** What it does to the mailbox; else it changes it. */
  readonly action?: 'created' | 'removed';
  readonly value: string;
  /** Why it must not be sent, asked right before; null: it may. */
  check?(): string | null;
  /** Notes in `site` that it is done; called before it is sent, so that what runs beside it sees it. Answers how to undo that. */
  note?(): () => void;
  send(): Promise<void>;
}

export interface Situation {
  /** Where the mailbox is now: while a rename waits the old address. */
  readonly at: string;
  readonly site: Site;
  readonly server: TmailServer;
  readonly known: Remembered | null;
  readonly fresh: Fresh | null;
  /** Look at the server's own state also where the wish did not change. */
  readonly full: boolean;
  /** Whether somebody has, or is to have, this address as a mailbox. */
  readonly isMailbox: (address: string) => boolean;
}

export interface Difference {
  readonly removals: readonly Step[];
  readonly additions: readonly Step[];
}

export const NOTHING: Difference = { removals: [], additions: [] };

export interface Facet {
  readonly name: FacetName;
  /** The wish is the one that was applied last. */
  isApplied(person: Person, known: Remembered): boolean;
  /** What the memory would hold had it been applied without any refusal. */
  applied(person: Person): Partial<Remembered>;
  /** What the memory holds when no step is left. */
  remember(person: Person, situation: Situation): Partial<Remembered>;
  compare(person: Person, situation: Situation): Difference | Promise<Difference>;
  /** All that a mailbox has of this, when it goes. */
  clear(address: string, site: Site, server: TmailServer): readonly Step[];
}
