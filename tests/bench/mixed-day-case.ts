/** A day of a site: mostly changes of users, then groups, and some of everything else. */
import { aGroup, anAccount, aResource, aUser, changed, deleted, type QueueFile } from '../harness/objects.ts';
import type { Case } from './case.ts';
import { record } from './many-calls-cases.ts';
import {
  assertDrained,
  defineProfiles,
  interleave,
  product,
  type Sample,
  sample,
  someUsers,
  userName,
  withWorkplace,
} from './stage.ts';

const FILES = 1000;
const GROUPS = FILES / 5;
const MEMBERS = 20;
/** Of each: new users, users that leave, resources, functional accounts. */
const REST = FILES / 40;
/** That are there before it begins. */
export const USERS_OF_DAY = FILES;

export const mixedDay: Case = {
  name: 'day',
  title: `${FILES} files of a mixed day (70 % changes of users, 20 % groups, 10 % others), against a bare loop with the same calls`,
  run: (stage) => {
    const onFreshSite = (measure: (place: Parameters<Parameters<typeof withWorkplace>[1]>[0]) => Promise<Sample>) =>
      withWorkplace(stage, async (place) => {
        await stage.sandbox.reset();
        defineProfiles(place);
        place.drop(...someUsers(USERS_OF_DAY), ...groupsOfDay(0));
        await sample(stage, product(stage, place));
        place.drop(...changesOfDay());
        const taken = await measure(place);
        assertDrained(place);
        return taken;
      });
    return withWorkplace(stage, async (holder) => {
      const runs = stage.runs(2, 10);
      const samples = await interleave(runs, {
        day: () => onFreshSite((place) => sample(stage, product(stage, place))),
        'bare loop': () =>
          onFreshSite(async (place) => {
            const recording = await record(stage, holder, () => sample(stage, product(stage, place)));
            return sample(stage, { program: stage.bareLoop, args: [stage.sandbox.url, recording] });
          }),
      });
      return {
        samples,
        runs,
        ratios: [
          { what: 'CPU against a bare loop', value: samples.day.cpuMs / samples['bare loop'].cpuMs, target: 6 },
          { what: 'calls per file', value: samples.day.calls / FILES, target: 1.2, isSteady: true },
          { what: 'peak memory (MiB)', value: samples.day.peakMiB, target: 85, isSteady: true },
        ],
      };
    });
  },
};

/** `shift`: which users are in them. */
export function groupsOfDay(shift: number): QueueFile[] {
  return Array.from({ length: GROUPS }, (_, at) => {
    const members = Array.from({ length: MEMBERS }, (_each, n) =>
      userName((at * 3 + n + shift) % (USERS_OF_DAY - REST)),
    );
    return aGroup(`group${at}`, members);
  });
}

export function changesOfDay(): QueueFile[] {
  const several = (make: (at: number) => QueueFile, count = REST): QueueFile[] =>
    Array.from({ length: count }, (_, at) => make(at));
  return [
    ...several((at) => changed(aUser(userName(at)), { title: 'Dr.', city: 'Bremen' }), (FILES * 7) / 10),
    ...groupsOfDay(1),
    ...several((at) => aUser(userName(USERS_OF_DAY + at))),
    ...several((at) => deleted(aUser(userName(USERS_OF_DAY - 1 - at)))),
    ...several((at) => aResource(`room${at}`, { resourceMailAddress: `room${at}@example.org` })),
    ...several((at) => anAccount(`info${at}`, [userName(at), userName(at + 1)])),
  ];
}
