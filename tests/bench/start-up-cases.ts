/** What every start costs: an empty queue and a single change, against an empty script. */
import { aUser, changed } from '../harness/objects.ts';
import type { Case } from './case.ts';
import {
  assertDrained,
  defineProfiles,
  interleave,
  product,
  type Stage,
  sample,
  userName,
  withWorkplace,
} from './stage.ts';

const RUNS = 30;

export const emptyQueue: Case = {
  name: 'empty',
  title: 'empty queue, against an empty script',
  run: (stage) =>
    withWorkplace(stage, async (place) => {
      const samples = await interleave(RUNS, {
        script: () => emptyScript(stage),
        'empty queue': () => sample(stage, product(stage, place)),
      });
      const value = samples['empty queue'].cpuMs / samples.script.cpuMs;
      return { samples, runs: RUNS, ratios: [{ what: 'CPU against an empty script', value, target: 1.5 }] };
    }),
};

export const oneChange: Case = {
  name: 'one',
  title: 'one user change, against an empty script',
  run: (stage) =>
    withWorkplace(stage, async (place) => {
      await stage.sandbox.reset();
      const user = aUser(userName(0));
      defineProfiles(place);
      place.drop(user);
      await sample(stage, product(stage, place));
      let round = 0;
      const samples = await interleave(RUNS, {
        script: () => emptyScript(stage),
        'one change': async () => {
          round += 1;
          place.drop(changed(user, { title: `round ${round}` }));
          const taken = await sample(stage, product(stage, place));
          assertDrained(place);
          return taken;
        },
      });
      const value = samples['one change'].cpuMs / samples.script.cpuMs;
      return {
        samples,
        runs: RUNS,
        ratios: [
          { what: 'CPU against an empty script', value, target: 2.5 },
          { what: 'calls', value: samples['one change'].calls, target: 1, isSteady: true },
          { what: 'peak memory (MiB)', value: samples['one change'].peakMiB, target: 60, isSteady: true },
        ],
      };
    }),
};

function emptyScript(stage: Stage) {
  return sample(stage, { program: stage.emptyProgram });
}
