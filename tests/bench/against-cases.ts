/** Another build of the product against this one, in turn, with the same work: `npm run bench -- --against PATH`. */
import { aGroup, aUser, changed } from '../harness/objects.ts';
import { BINARY, type Workplace } from '../harness/workplace.ts';
import type { Case, Ratio } from './case.ts';
import { changesOfDay, groupsOfDay, USERS_OF_DAY } from './mixed-day-case.ts';
import {
  assertDrained,
  defineProfiles,
  interleave,
  product,
  type Sample,
  type Stage,
  sample,
  someUsers,
  sumOf,
  userName,
  withWorkplace,
} from './stage.ts';

/** What both are given to do; the data directory and OX are as new. `run` starts the build that is measured. */
interface Workload {
  readonly name: string;
  readonly title: string;
  /** The measure that matters; the other is shown. */
  readonly felt: 'cpuMs' | 'wallMs';
  work(
    stage: Stage,
    place: Workplace,
    run: (env?: Readonly<Record<string, string>>) => Promise<Sample>,
  ): Promise<Sample>;
}

/** A start is short: only many of them together can be measured. */
const STARTS = 30;
const CHANGES = 2000;
const CREATES = 200;
const LATENCY_MS = 20;
const GROUPS = 200;
const MEMBERS = 50;

const WORKLOADS: readonly Workload[] = [
  {
    name: 'empty',
    title: `${STARTS} starts with an empty queue`,
    felt: 'cpuMs',
    work: (_stage, _place, run) => times(STARTS, () => run()),
  },
  {
    name: 'one',
    title: `${STARTS} starts with one change of a user`,
    felt: 'cpuMs',
    async work(_stage, place, run) {
      const user = aUser(userName(0));
      place.drop(user);
      await run();
      return times(STARTS, (round) => {
        place.drop(changed(user, { title: `round ${round}` }));
        return run();
      });
    },
  },
  {
    name: 'changes',
    title: `${CHANGES} changes of users with the rights as they were`,
    felt: 'cpuMs',
    work: (_stage, place, run) => changeAll(place, run, { title: 'Dr.' }),
  },
  {
    name: 'rights',
    title: `${CHANGES} changes of users with other rights`,
    felt: 'cpuMs',
    work: (_stage, place, run) => changeAll(place, run, { title: 'Dr.', oxAccess: 'basic' }),
  },
  {
    name: 'groups',
    title: `${GROUPS} groups of ${MEMBERS}, of each another member comes and goes`,
    felt: 'cpuMs',
    async work(_stage, place, run) {
      place.drop(...someUsers(CREATES), ...groups(0));
      await run();
      place.drop(...groups(1));
      return run();
    },
  },
  {
    name: 'day',
    title: '1,000 files of a mixed day',
    felt: 'cpuMs',
    async work(_stage, place, run) {
      place.drop(...someUsers(USERS_OF_DAY), ...groupsOfDay(0));
      await run();
      place.drop(...changesOfDay());
      return run();
    },
  },
  {
    name: 'latency',
    title: `${CREATES} changes of users at ${LATENCY_MS} ms latency of OX`,
    felt: 'wallMs',
    async work(stage, place, run) {
      const users = someUsers(CREATES);
      place.drop(...users);
      await run();
      place.drop(...users.map((user) => changed(user, { title: 'Dr.' })));
      await stage.sandbox.options({ latencyMs: LATENCY_MS });
      return run().finally(() => stage.sandbox.options({ latencyMs: 0 }));
    },
  },
];

/** `before`: the path of the other build's binary. */
export function casesAgainst(before: string): readonly Case[] {
  return WORKLOADS.map(({ name, title, felt, work }) => ({
    name,
    title: `${title}: another build and this one`,
    async run(stage) {
      const on = (program: string) => () =>
        withWorkplace(stage, async (place) => {
          await stage.sandbox.reset();
          defineProfiles(place);
          return work(stage, place, async (env = {}) => {
            const taken = await sample(stage, { ...product(stage, place, env), program });
            assertDrained(place);
            return taken;
          });
        });
      const runs = stage.runs(1, 3);
      const samples = await interleave(runs, { before: on(before), now: on(BINARY) });
      const what = felt === 'cpuMs' ? 'CPU' : 'wall';
      const ratio: Ratio = {
        what: `${what} now against before`,
        value: samples.now[felt] / samples.before[felt],
        target: 1,
      };
      return { samples, runs, ratios: [ratio] };
    },
  }));
}

async function times(count: number, run: (round: number) => Promise<Sample>): Promise<Sample> {
  const samples: Sample[] = [];
  for (let round = 0; round < count; round += 1) {
    samples.push(await run(round));
  }
  return sumOf(samples);
}

async function changeAll(
  place: Workplace,
  run: () => Promise<Sample>,
  properties: Readonly<Record<string, unknown>>,
): Promise<Sample> {
  const users = someUsers(CHANGES);
  place.drop(...users);
  await run();
  place.drop(...users.map((user) => changed(user, properties)));
  return run();
}

function groups(shift: number) {
  return Array.from({ length: GROUPS }, (_, at) => {
    const members = Array.from({ length: MEMBERS }, (_each, n) => userName((at + n + shift) % CREATES));
    return aGroup(`group${at}`, members);
  });
}
