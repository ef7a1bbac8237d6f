/** What grows with a site must not make a run slower or larger: queues, last states, groups, contexts. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { aContext, aGroup, aUser, changed, type QueueFile } from '../harness/objects.ts';
import type { Workplace } from '../harness/workplace.ts';
import { ADMIN_10 } from '../sandbox/client.ts';
import type { Case } from './case.ts';
import {
  assertDrained,
  interleave,
  layDown,
  product,
  type Sample,
  type Stage,
  sample,
  someUsers,
  userName,
  withWorkplace,
} from './stage.ts';

export const longQueue: Case = {
  name: 'queue',
  title: '100,000 non-OX users (no calls; 20,000 in the short form), against 1,000 of them',
  async run(stage) {
    const runs = stage.runs(1, 10);
    const drainAll = (count: number) => () =>
      withWorkplace(stage, async (place) => {
        place.drop(...someUsers(count, () => ({ isOxUser: false })));
        const taken = await sample(stage, product(stage, place));
        assertDrained(place);
        return taken;
      });
    const count = stage.isShort ? 20_000 : 100_000;
    const samples = await interleave(runs, { few: drainAll(1000), many: drainAll(count) });
    const value = samples.many.wallMs / (count / 1000) / samples.few.wallMs;
    return {
      samples,
      runs,
      ratios: [
        { what: `wall per file, ${count} against 1,000`, value, target: 1.2 },
        {
          what: `peak memory of ${count} (MiB)`,
          value: samples.many.peakMiB,
          target: stage.isShort ? 100 : 150,
          isSteady: true,
        },
        { what: 'calls', value: samples.many.calls, target: 0, isSteady: true },
      ],
    };
  },
};

const MEMBERS = 10_000;
const ADMIN = { name: ADMIN_10.login, password: ADMIN_10.password };

export const largeGroup: Case = {
  name: 'group',
  title: `one change of a group with ${MEMBERS} members`,
  run: (stage) =>
    withWorkplace(stage, async (place) => {
      const users = Array.from({ length: MEMBERS + 1 }, (_, at) => ({ name: userName(at), id: at + 10 }));
      await stage.sandbox.reset({ contexts: { 10: { admin: ADMIN, users } } });
      layDown(place, users.map(provisioned));
      const names = users.map((user) => user.name);
      const group = aGroup('all', names.slice(1));
      place.drop(group);
      await sample(stage, product(stage, place));
      let round = 0;
      const runs = 10;
      const samples = await interleave(runs, {
        'one change': async () => {
          round += 1;
          const members = round % 2 === 0 ? names.slice(1) : names.slice(0, -1);
          place.drop({ ...group, object: aGroup('all', members).object });
          const taken = await sample(stage, product(stage, place));
          assertDrained(place);
          return taken;
        },
      });
      return {
        samples,
        runs,
        ratios: [
          { what: 'calls', value: samples['one change'].calls, target: 2, isSteady: true },
          { what: 'CPU (s)', value: samples['one change'].cpuMs / 1000, target: 0.5 },
        ],
      };
    }),
};

export const manyLastStates: Case = {
  name: 'old',
  title: 'one user change with 200,000 objects in old/ (50,000 in the short form), against the same with 200',
  run: (stage) =>
    withWorkplace(stage, (few) =>
      withWorkplace(stage, async (many) => {
        await stage.sandbox.reset();
        await settleOne(stage, few, 200);
        await settleOne(stage, many, stage.isShort ? 50_000 : 200_000);
        let round = 0;
        const changeOne = (place: Workplace) => async (): Promise<Sample> => {
          round += 1;
          place.drop(aUser(userName(0), { title: `round ${round}` }));
          const taken = await sample(stage, product(stage, place));
          assertDrained(place);
          return taken;
        };
        const runs = stage.runs(5, 20);
        const warm = await interleave(runs, { '200': changeOne(few), '200,000': changeOne(many) });
        const group = aGroup('one', [userName(0)]);
        rmSync(join(many.queue, '.index.sqlite'));
        many.drop(group);
        const cold = await sample(stage, product(stage, many));
        return {
          samples: { ...warm, '200,000, a group, without an index': cold },
          runs,
          ratios: [
            {
              what: 'CPU, 200,000 objects against 200',
              value: warm['200,000'].cpuMs / warm['200'].cpuMs,
              target: 1.15,
            },
          ],
        };
      }),
    ),
};

/** One user is known to OX, the others are only in `old/`. */
async function settleOne(stage: Stage, place: Workplace, count: number): Promise<void> {
  layDown(place, someUsers(count, () => ({ isOxUser: false })).slice(1));
  place.drop(aUser(userName(0)));
  await sample(stage, product(stage, place));
  // Finds out that it does not know the directory yet, and reads it.
  place.drop(aGroup('one', [userName(0)]));
  await sample(stage, product(stage, place));
}

export const manyContexts: Case = {
  name: 'contexts',
  title: '1,000 contexts created, against 100 of them',
  async run(stage) {
    const createAll = (count: number) => () =>
      withWorkplace(stage, async (place) => {
        await stage.sandbox.reset();
        place.drop(...Array.from({ length: count }, (_, at) => aContext(100 + at)));
        const taken = await sample(stage, product(stage, place));
        assertDrained(place);
        return taken;
      });
    const runs = stage.runs(1, 10);
    const samples = await interleave(runs, { '100': createAll(100), '1,000': createAll(1000) });
    return {
      samples,
      runs,
      ratios: [
        // contexts.json is replaced with each context (docs/behaviour.md, "Contexts"), so the time per context grows a
        // little.
        {
          what: 'wall per context, 1,000 against 100',
          value: samples['1,000'].wallMs / 10 / samples['100'].wallMs,
          target: 2,
        },
        { what: 'peak memory (MiB)', value: samples['1,000'].peakMiB, target: 100, isSteady: true },
      ],
    };
  },
};

function provisioned(user: { name: string; id: number }): QueueFile {
  return changed(aUser(user.name), { oxDbId: user.id, oxDbUsername: user.name, oxDbContext: 10 });
}
