/** What became of a file of the queue, as a value: the log is one reader of it (`log-report.ts`), `plan` another. */
import type { Step } from '../target/outcome.ts';
import type { ItemFailure } from './item-failure.ts';

export type End =
  | {
      readonly end: 'provisioned';
      readonly steps: readonly Step[];
      readonly isNew: boolean;
      readonly milliseconds: number;
    }
  /** Settled, and the target was not asked. */
  | { readonly end: 'left alone' | 'skipped'; readonly reason: string }
  /** Let go for `newer`. */
  | { readonly end: 'superseded'; readonly reason: string; readonly newer: string }
  /** Set aside, or left in the queue with all that depends on it. */
  | { readonly end: 'parked' | 'held'; readonly failure: ItemFailure }
  /** What comes of that is told when it is decided: it may be tried again. */
  | { readonly end: 'failed' };

export type ItemReport = End & About;

interface About {
  /** Its path. */
  readonly file: string;
  readonly type?: string;
  /** Empty: the file cannot be read that far. */
  readonly dn: string;
  /** What is not as wished. */
  readonly warnings?: readonly string[];
}

export type Report = (report: ItemReport) => void;
