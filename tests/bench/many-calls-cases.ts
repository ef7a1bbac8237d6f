/** What a change costs when there are many: processor time against a bare loop, wall time against OX's latency. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from '../harness/objects.ts';
import type { Workplace } from '../harness/workplace.ts';
import type { Recorded } from './bare-loop.ts';
import type { Case } from './case.ts';
import {
  assertDrained,
  definePremium,
  interleave,
  product,
  type Sample,
  type Stage,
  sample,
  someUsers,
  withWorkplace,
} from './stage.ts';

const USERS = 2000;
const LATENCY_MS = 20;

export const manyChanges: Case = {
  name: 'changes',
  title: `${USERS} user changes (2 calls each), against a bare loop with the same bytes`,
  run: (stage) =>
    withWorkplace(stage, async (place) => {
      await stage.sandbox.reset();
      const users = someUsers(USERS);
      definePremium(place);
      place.drop(...users);
      await sample(stage, product(stage, place));
      let round = 0;
      const changeAll = async (): Promise<Sample> => {
        round += 1;
        place.drop(...users.map((user) => changed(user, { title: `round ${round}` })));
        const taken = await sample(stage, product(stage, place));
        assertDrained(place);
        return taken;
      };
      const recording = await record(stage, place, changeAll);
      const runs = stage.runs(2, 10);
      const samples = await interleave(runs, {
        'bare loop': () => sample(stage, { program: stage.bareLoop, args: [stage.sandbox.url, recording] }),
        changes: changeAll,
      });
      const value = samples.changes.cpuMs / samples['bare loop'].cpuMs;
      return {
        samples,
        runs,
        ratios: [
          { what: 'CPU per change against a bare loop', value, target: 3 },
          { what: 'calls per change', value: samples.changes.calls / USERS, target: 2 },
        ],
      };
    }),
};

const CONTEXTS = 8;
const numbers = Array.from({ length: CONTEXTS }, (_, at) => 10 + at);

function contextOf(id: number) {
  return { name: `context${id}`, admin: { name: `oxadmin${id}`, password: `secret${id}` } };
}

export const manyCreates: Case = {
  name: 'latency',
  title: `user creates in ${CONTEXTS} contexts at ${LATENCY_MS} ms latency of OX, with concurrency 1 and 8`,
  async run(stage) {
    const count = stage.isShort ? 200 : USERS;
    const runs = stage.runs(2, 10);
    const createAll = (concurrency: number) => () =>
      withWorkplace(stage, async (place) => {
        // OX writes the users of one context one after another, so that only other contexts go beside them.
        await stage.sandbox.reset({ contexts: Object.fromEntries(numbers.map((id) => [id, contextOf(id)])) });
        await stage.sandbox.options({ latencyMs: LATENCY_MS });
        definePremium(place);
        const logins = numbers.map((id) => [id, { adminuser: `oxadmin${id}`, adminpass: `secret${id}` }]);
        const credentials = { ...place.credentials(), ...Object.fromEntries(logins) };
        writeFileSync(join(place.data, 'secrets', 'contexts.json'), JSON.stringify(credentials), { mode: 0o600 });
        place.drop(...someUsers(count).map((user, at) => changed(user, { oxContext: numbers[at % CONTEXTS] })));
        const taken = await sample(stage, product(stage, place, { OX_CONNECTOR_CONCURRENCY: String(concurrency) }));
        assertDrained(place);
        return taken;
      });
    const samples = await interleave(runs, { 'concurrency 1': createAll(1), 'concurrency 8': createAll(8) });
    await stage.sandbox.options({ latencyMs: 0 });
    const [one, eight] = [samples['concurrency 1'], samples['concurrency 8']];
    return {
      samples,
      runs,
      ratios: [
        { what: 'wall with 1 against calls × latency', value: one.wallMs / (one.calls * LATENCY_MS), target: 1.15 },
        { what: 'throughput with 8 against 1', value: one.wallMs / eight.wallMs, target: 6, atLeast: true },
        { what: 'calls per create', value: one.calls / count, target: 2 },
      ],
    };
  },
};

/** The requests of one run, in a file. */
async function record(stage: Stage, place: Workplace, run: () => Promise<Sample>): Promise<string> {
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
