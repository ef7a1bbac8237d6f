/** What a case is: it runs things on the stage and answers what came of it. */
import type { Sample, Stage } from './stage.ts';

export interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly target: number;
  /** Default: at most the target. */
  readonly atLeast?: boolean;
}

export interface Result {
  /** Medians of the runs, by name. */
  readonly samples: Readonly<Record<string, Sample>>;
  readonly ratios: readonly Ratio[];
  readonly runs: number;
  /** Why there is nothing to show. */
  readonly missing?: string;
}

export interface Case {
  readonly name: string;
  readonly title: string;
  run(stage: Stage): Promise<Result>;
}

/** `slack` widens the targets: on a machine that does other work too, only what is far off tells something. */
export function isMet(ratio: Ratio, slack = 1): boolean {
  return ratio.atLeast ? ratio.value * slack >= ratio.target : ratio.value <= ratio.target * slack;
}
