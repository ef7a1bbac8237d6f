/** What a target has done, as a value: the log, `plan`, `check` and what follows from it read nothing else. */
import type { Learnt } from '../model/change.ts';

/** `unchanged`: it is there, as it should be. */
export type Action = 'created' | 'updated' | 'removed' | 'was gone' | 'unchanged';

/** What was done. */
export interface Step {
  readonly action: Action;
  /** As the log says it, e.g. `created in context 10`. */
  readonly text: string;
}

export interface Outcome {
  /** Place by place. */
  readonly steps: readonly Step[];
  readonly learnt: Learnt;
  readonly warnings: readonly string[];
  /** Users whose remembered ids OX does not know. */
  readonly stale: readonly { readonly context: number; readonly oxId: number }[];
  /** Contexts whose remembered ids have to be looked up again before anybody is named by one. */
  readonly inDoubt?: readonly number[];
  /** Contexts whose remembered ids have to be looked up again, and the change done once more. */
  readonly incomplete?: readonly number[];
  /** The object is new in OX, or has another id than before: what refers to it must be provisioned again. */
  readonly appeared: boolean;
}

export interface FieldChange {
  readonly field: string;
  /** Empty: nothing there. */
  readonly before: string;
  readonly after: string;
}
