/** A scenario played without any disturbance: what all others are compared with. */
import { type Outcome, outcomeOf } from './outcome.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import type { Performance, Stage } from './stage.ts';

export interface Reference {
  readonly scenario: Scenario;
  readonly performance: Performance;
  readonly outcome: Outcome;
  /** Places in the scenario's queue, in the order in which the files were worked on. */
  readonly order: readonly number[];
}

/** Those whose name holds `only`. */
export async function rehearseAll(stage: Stage, only: string): Promise<Reference[]> {
  const references: Reference[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(only))) {
    references.push(await rehearse(stage, scenario));
  }
  return references;
}

async function rehearse(stage: Stage, scenario: Scenario): Promise<Reference> {
  const performance = await stage.perform(scenario);
  const { place, result, names } = performance;
  if (result.code !== 0) {
    throw new Error(`${scenario.name} failed undisturbed\n${result.stderr}`);
  }
  if (scenario.verb) {
    await place.run({ env: { ...scenario.env } });
  }
  const outcome = await outcomeOf(place, stage.sandbox);
  place.remove();
  const worked = [
    ...result.stderr.matchAll(
      / (?:provisioned|parked|skipped|left out, a newer change of the object waits) file=\S*\/(\S+\.json) /g,
    ),
  ].map(([, name = '']) => name);
  const order = worked.map((name) => names.indexOf(name)).filter((index) => index >= 0);
  if (scenario.verb === undefined && order.length !== names.length) {
    throw new Error(`${scenario.name}: not every file is in the log\n${result.stderr}`);
  }
  return { scenario, performance, outcome, order };
}
