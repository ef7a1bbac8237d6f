/** What a case is: it runs things on the stage and answers what came of it. */
import type { Sample, Stage } from './stage.ts';

export interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly target: number;
  /** Default: at most the target. */
  readonly atLeast?: boolean;
  /** Of memory and calls: what else the machine does has no part in it. */
  readonly isSteady?: true;
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

/** Of what is steady: when garbage is collected still depends on chance. */
const MOST_SLACK_OF_STEADY = 1.3;

/** `slack` widens the targets: on a machine that does other work too, only times that are far off tell something. */
export function isMet({ value, target, atLeast, isSteady }: Ratio, slack = 1): boolean {
  const width = isSteady ? Math.min(slack, MOST_SLACK_OF_STEADY) : slack;
  return atLeast ? value * width >= target : value <= target * width;
}
