/** What a change costs when there are many: processor time against a bare loop, wall time against OX's latency. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from '../harness/objects.ts';
import type { Workplace } from '../harness/workplace.ts';
import type { Recorded } from './bare-loop.ts';
import type { Case, Ratio } from './case.ts';
import {
  assertDrained,
  defineProfiles,
  interleave,
  product,
  type Sample,
  type Stage,
  sample,
  someUsers,
  withWorkplace,
} from './stage.ts';

const USERS = 2000;

/** With the rights of all being others, OX is called twice for each: what a bare loop takes for that is the measure of both. */
export const manyChanges: Case = {
  name: 'changes',
  title: `${USERS} user changes, with the rights as they were and with others, against a bare loop with the calls of the latter`,
  run: (stage) =>
    withWorkplace(stage, async (place) => {
      await stage.sandbox.reset();
      const users = someUsers(USERS);
      defineProfiles(place);
      place.drop(...users);
      await sample(stage, product(stage, place));
      let round = 0;
      let oxAccess = 'premium';
      const changeAll = async (): Promise<Sample> => {
        round += 1;
        place.drop(...users.map((user) => changed(user, { title: `round ${round}`, oxAccess })));
        const taken = await sample(stage, product(stage, place));
        assertDrained(place);
        return taken;
      };
      const changeRights = (): Promise<Sample> => {
        oxAccess = oxAccess === 'premium' ? 'basic' : 'premium';
        return changeAll();
      };
      const recording = await record(stage, place, changeRights);
      const runs = stage.runs(2, 10);
      const samples = await interleave(runs, {
        'bare loop': () => sample(stage, { program: stage.bareLoop, args: [stage.sandbox.url, recording] }),
        'same rights': changeAll,
        'other rights': changeRights,
      });
      const { 'bare loop': loop, 'same rights': same, 'other rights': other } = samples;
      return {
        samples,
        runs,
        ratios: [
          { what: 'CPU with the same rights against a bare loop', value: same.cpuMs / loop.cpuMs, target: 3 },
          { what: 'CPU with other rights against a bare loop', value: other.cpuMs / loop.cpuMs, target: 4.5 },
          { what: 'calls per change with the same rights', value: same.calls / USERS, target: 1, isSteady: true },
          { what: 'calls per change with other rights', value: other.calls / USERS, target: 2, isSteady: true },
          { what: 'peak memory with the same rights (MiB)', value: same.peakMiB, target: 80, isSteady: true },
        ],
      };
    }),
};

const LATENCIES_MS = [20, 60] as const;
const AT_ONCE = [1, 4, 8] as const;
const CONTEXTS = 8;
const numbers = Array.from({ length: CONTEXTS }, (_, at) => 10 + at);

function contextOf(id: number) {
  return { name: `context${id}`, admin: { name: `oxadmin${id}`, password: `secret${id}` } };
}

export const manyCreates: Case = {
  name: 'latency',
  title: `user creates in ${CONTEXTS} contexts at ${LATENCIES_MS.join(' and ')} ms latency of OX, with 1, 4 and 8 at once`,
  async run(stage) {
    const count = stage.isShort ? 200 : USERS;
    const runs = stage.runs(2, 10);
    const createAll = (latencyMs: number, concurrency: number) => () =>
      withWorkplace(stage, async (place) => {
        // OX writes the users of one context one after another, so that only other contexts go beside them.
        await stage.sandbox.reset({ contexts: Object.fromEntries(numbers.map((id) => [id, contextOf(id)])) });
        await stage.sandbox.options({ latencyMs });
        defineProfiles(place);
        const logins = numbers.map((id) => [id, { adminuser: `oxadmin${id}`, adminpass: `secret${id}` }]);
        const credentials = { ...place.credentials(), ...Object.fromEntries(logins) };
        writeFileSync(join(place.data, 'secrets', 'contexts.json'), JSON.stringify(credentials), { mode: 0o600 });
        place.drop(...someUsers(count).map((user, at) => changed(user, { oxContext: numbers[at % CONTEXTS] })));
        const taken = await sample(stage, product(stage, place, { OX_CONNECTOR_CONCURRENCY: String(concurrency) }));
        assertDrained(place);
        return taken;
      });
    const name = (latencyMs: number, concurrency: number): string => `${latencyMs} ms, ${concurrency} at once`;
    const work = LATENCIES_MS.flatMap((latencyMs) =>
      AT_ONCE.map((each) => [name(latencyMs, each), createAll(latencyMs, each)] as const),
    );
    const samples: Record<string, Sample> = await interleave(runs, Object.fromEntries(work));
    await stage.sandbox.options({ latencyMs: 0 });
    const ratios = LATENCIES_MS.flatMap((latencyMs): Ratio[] => {
      const [one, four, eight] = AT_ONCE.map((each) => samples[name(latencyMs, each)]);
      if (!one || !four || !eight) {
        return [];
      }
      const at = `at ${latencyMs} ms`;
      return [
        {
          what: `wall with 1 against calls × latency, ${at}`,
          value: one.wallMs / (one.calls * latencyMs),
          target: 1.15,
        },
        { what: `throughput with 4 against 1, ${at}`, value: one.wallMs / four.wallMs, target: 3, atLeast: true },
        { what: `throughput with 8 against 1, ${at}`, value: one.wallMs / eight.wallMs, target: 6, atLeast: true },
        { what: `calls per create, ${at}`, value: one.calls / count, target: 1, isSteady: true },
      ];
    });
    return { samples, runs, ratios };
  },
};

/** The requests of one run, in a file. */
export async function record(stage: Stage, place: Workplace, run: () => Promise<Sample>): Promise<string> {
  await stage.sandbox.options({ recordBodies: true });
  const since = (await stage.sandbox.counts()).total;
  await run();
  const calls = await stage.sandbox.calls({ since });
  await stage.sandbox.options({ recordBodies: false });
  const recorded: Recorded[] = calls.map((call) => ({
    path: `/webservices/${call.service}`,
    action: `"urn:${call.operation}"`,
    body: call.body ?? '',
  }));
  const file = join(place.data, 'recording.json');
  writeFileSync(file, JSON.stringify(recorded));
  return file;
}
