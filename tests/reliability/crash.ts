/**
 * `npm run test:crash`: kills the binary before and after every SOAP call and every file operation it makes, for each
 * kind of change, and cuts the power at each of them; then runs it again and compares with an undisturbed history.
 */
import { walkFetching } from './fetching.ts';
import { walkFollowing } from './following.ts';
import { describeOperation } from './operations.ts';
import { powerCuts } from './power-cut.ts';
import { type Reference, rehearseAll } from './reference.ts';
import { AT_ONCE } from './scenarios.ts';
import { type Disturbance, openStage, type Stage } from './stage.ts';
import { type Case, conclude, readWalkOptions, type Tally, useMemoryForFiles, walk } from './walk.ts';

function kill(name: string, { scenario, outcome }: Reference, disturbance: Disturbance): Case<Stage> {
  return {
    name,
    async check(stage) {
      const performance = await stage.perform(scenario, disturbance);
      if (performance.result.signal !== 'SIGKILL') {
        return `the point was not reached\n${performance.result.stderr}`;
      }
      const wrong = await stage.recover(performance, scenario, outcome);
      performance.place.remove();
      return wrong;
    },
  };
}

function callPoints(reference: Reference): Case<Stage>[] {
  const { performance, scenario } = reference;
  return performance.calls.flatMap((call, at) =>
    (['before', 'after'] as const).map((when) => {
      const rules = (pid: number) => [{ match: { call: at + 1 }, action: { kill: pid, when } }];
      return kill(`${scenario.name}: killed ${when} call ${at + 1} ${call}`, reference, { rules });
    }),
  );
}

/**
 * After an operation is before the next one, unless something was sent to OX in between: then, and at the end, both are
 * walked. Half of a write is left to the long form, and to runs whose n-th operation is the same each time.
 */
function filePoints(reference: Reference, short: boolean): Case<Stage>[] {
  const { performance, scenario } = reference;
  const mayTear = !short && scenario.env !== AT_ONCE;
  return performance.operations.flatMap((operation, index) => {
    const isLastBeforeCall = performance.operations[index + 1]?.sent !== operation.sent;
    const acts = [
      'kill-before' as const,
      ...(isLastBeforeCall ? ['kill-after' as const] : []),
      ...(operation.kind === 'write' && mayTear ? ['tear' as const] : []),
    ];
    return acts.map((act) => {
      const name = `${scenario.name}: ${act} ${describeOperation(operation, performance.place.data)}`;
      return kill(name, reference, { strike: { at: operation.n, act } });
    });
  });
}

const started = performance.now();
const { lanes, only, short } = readWalkOptions();
useMemoryForFiles();
const stages = await Promise.all(Array.from({ length: lanes }, () => openStage()));
const tally: Tally = { passed: 0, failed: [] };
try {
  const [first] = stages;
  const references = first ? await rehearseAll(first, only) : [];
  const chosen = references.filter(({ scenario }) => !short || scenario.short);
  const sum = (count: (reference: Reference) => number): number => chosen.map(count).reduce((a, b) => a + b, 0);
  process.stdout.write(
    `${chosen.length} scenarios, ${sum((each) => each.performance.calls.length)} SOAP calls, ` +
      `${sum((each) => each.performance.operations.length)} file operations\n`,
  );
  const fetching = first && 'fetch'.includes(only.slice(0, 5)) ? await walkFetching(first, short) : null;
  const following = first && 'follow'.includes(only.slice(0, 6)) ? await walkFollowing(first, short) : [];
  const parts = {
    'kills at a SOAP call': chosen.flatMap(callPoints),
    'kills at a file operation': chosen.flatMap((reference) => filePoints(reference, short)),
    'power cuts': chosen.flatMap(powerCuts),
    'ends of fetching': fetching?.cases ?? [],
    'ends of following': following,
  };
  for (const [what, cases] of Object.entries(parts)) {
    process.stdout.write(`${cases.length} ${what}\n`);
    await walk(cases, stages, tally);
  }
  fetching?.close();
} finally {
  await Promise.all(stages.map((stage) => stage.close()));
}
conclude(tally, started);
