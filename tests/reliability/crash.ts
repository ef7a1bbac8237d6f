/**
 * `npm run test:crash`: kills the binary before and after every SOAP call and every file operation it makes, for each
 * kind of change, and cuts the power at each of them; then runs it again and compares with an undisturbed history.
 */
import { describeOperation } from './operations.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { powerCuts } from './power-cut.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Disturbance, openStage, type Performance, type Stage } from './stage.ts';
import { type Case, conclude, readWalkOptions, type Tally, useMemoryForFiles, walk } from './walk.ts';

interface Reference {
  readonly performance: Performance;
  readonly outcome: Outcome;
}

async function rehearse(stage: Stage, scenario: Scenario): Promise<Reference> {
  const performance = await stage.perform(scenario);
  if (performance.result.code !== 0) {
    throw new Error(`${scenario.name} failed undisturbed\n${performance.result.stderr}`);
  }
  const outcome = await outcomeOf(performance.place, stage.sandbox);
  performance.place.remove();
  return { performance, outcome };
}

function kill(name: string, scenario: Scenario, disturbance: Disturbance, expected: Outcome): Case<Stage> {
  return {
    name,
    async check(stage) {
      const performance = await stage.perform(scenario, disturbance);
      if (performance.result.signal !== 'SIGKILL') {
        return `the point was not reached\n${performance.result.stderr}`;
      }
      const wrong = await stage.recover(performance, scenario, expected);
      performance.place.remove();
      return wrong;
    },
  };
}

function callPoints(scenario: Scenario, { performance, outcome }: Reference): Case<Stage>[] {
  return performance.calls.flatMap((call, at) =>
    (['before', 'after'] as const).map((when) => {
      const rules = (pid: number) => [{ match: { call: at + 1 }, action: { kill: pid, when } }];
      return kill(`${scenario.name}: killed ${when} call ${at + 1} ${call}`, scenario, { rules }, outcome);
    }),
  );
}

function filePoints(scenario: Scenario, { performance, outcome }: Reference, short: boolean): Case<Stage>[] {
  const { operations, place } = performance;
  const acts = short ? (['kill-before'] as const) : (['kill-before', 'kill-after', 'tear'] as const);
  return operations.flatMap((operation) =>
    acts
      .filter((act) => act !== 'tear' || operation.kind === 'write')
      .map((act) => {
        const name = `${scenario.name}: ${act} ${describeOperation(operation, place.data)}`;
        return kill(name, scenario, { strike: { at: operation.n, act } }, outcome);
      }),
  );
}

const started = performance.now();
const options = readWalkOptions();
useMemoryForFiles();
const stages = await Promise.all(Array.from({ length: options.lanes }, () => openStage()));
const tally: Tally = { passed: 0, failed: [] };
const counts: Record<string, number> = { scenarios: 0, 'SOAP calls': 0, 'file operations': 0 };
const cases: Record<'call' | 'file' | 'power', Case<Stage>[]> = { call: [], file: [], power: [] };
try {
  const [first] = stages;
  for (const scenario of SCENARIOS.filter((each) => !options.short || each.short)) {
    if (!first || !scenario.name.includes(options.only.split(' @')[0] ?? '')) {
      continue;
    }
    const reference = await rehearse(first, scenario);
    counts.scenarios = (counts.scenarios ?? 0) + 1;
    counts['SOAP calls'] = (counts['SOAP calls'] ?? 0) + reference.performance.calls.length;
    counts['file operations'] = (counts['file operations'] ?? 0) + reference.performance.operations.length;
    cases.call.push(...callPoints(scenario, reference));
    cases.file.push(...filePoints(scenario, reference, options.short));
    cases.power.push(...powerCuts(scenario, reference.performance, reference.outcome));
  }
  for (const [name, number] of Object.entries(counts)) {
    process.stdout.write(`${number} ${name}\n`);
  }
  process.stdout.write(
    `killed at ${cases.call.length} points of calls and ${cases.file.length} of files, ` +
      `the power cut in ${cases.power.length} ways\n`,
  );
  await walk([...cases.call, ...cases.file, ...cases.power], stages, tally);
} finally {
  await Promise.all(stages.map((stage) => stage.close()));
}
conclude(tally, started);
