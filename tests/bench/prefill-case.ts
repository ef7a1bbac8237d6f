/** A prefill of the Provisioning API over a site that is in step: every message is fetched, and OX is asked about none. */
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { aGroup, asConverted, changed, type QueueFile } from '../harness/objects.ts';
import type { Workplace } from '../harness/workplace.ts';
import { prefilled } from '../sandbox/provisioning/objects.ts';
import { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';
import type { Case, Result } from './case.ts';
import { assertDrained, layDown, product, type Sample, type Stage, sample, someUsers, withWorkplace } from './stage.ts';

const NAME = 'ox-connector';
const PASSWORD = 'bench';
const MEMBERS = 20;

interface Prefill {
  readonly fetch: Sample;
  readonly run: Sample;
}

export const prefill: Case = {
  name: 'prefill',
  title: 'a prefill of 100,000 unchanged objects (3,000 in the short form), against one of 1,000',
  async run(stage): Promise<Result> {
    const count = stage.isShort ? 3000 : 100_000;
    const few = await bring(stage, 1000);
    const many = await bring(stage, count);
    const perObject = (what: keyof Prefill): number => many[what].cpuMs / (count / 1000) / few[what].cpuMs;
    return {
      samples: {
        'fetch 1,000': few.fetch,
        'run of 1,000': few.run,
        [`fetch ${count}`]: many.fetch,
        [`run of ${count}`]: many.run,
      },
      runs: 1,
      ratios: [
        { what: 'fetch: CPU per message against 1,000', value: perObject('fetch'), target: 1.2 },
        { what: 'run: CPU per file against 1,000', value: perObject('run'), target: 1.2 },
        {
          what: 'fetch: peak memory (MiB)',
          value: many.fetch.peakMiB,
          target: stage.isShort ? 90 : 150,
          isSteady: true,
        },
        { what: 'run: peak memory (MiB)', value: many.run.peakMiB, target: stage.isShort ? 90 : 160, isSteady: true },
        { what: 'calls', value: few.run.calls + many.run.calls, target: 0, isSteady: true },
      ],
    };
  },
};

/** What was applied before, the converter's spelling for a third of it, and then every object by a prefill. */
function bring(stage: Stage, count: number): Promise<Prefill> {
  return withWorkplace(stage, async (place) => {
    const objects = site(count);
    layDown(place, learnt(objects));
    const service = await new ProvisioningSandbox().start();
    try {
      const subscription = service.subscribe(NAME, PASSWORD, OBJECT_TYPES, true);
      for (const object of objects) {
        service.publish(prefilled(object));
      }
      subscription.setPrefill('done');
      const fetch = await sample(stage, { ...product(stage, place, environment(service)), args: ['fetch'] });
      assertFetched(place, count, subscription.size);
      const run = await sample(stage, product(stage, place));
      assertDrained(place);
      return { fetch, run };
    } finally {
      await service.stop();
    }
  });
}

function site(count: number): QueueFile[] {
  const groups = Math.floor(count / MEMBERS / 2);
  const users = someUsers(count - groups);
  const nameOf = (at: number): string => String(users[at]?.object?.username);
  return [
    ...users,
    ...Array.from({ length: groups }, (_, at) =>
      aGroup(
        `group${at}`,
        Array.from({ length: MEMBERS }, (_, member) => nameOf(at * MEMBERS + member)),
      ),
    ),
  ];
}

function* learnt(objects: readonly QueueFile[]): Generator<QueueFile> {
  for (const [at, object] of objects.entries()) {
    const spelled = at % 3 === 0 ? asConverted(object) : object;
    yield changed(
      spelled,
      object.udm_object_type === 'users/user'
        ? { oxDbId: at + 10, oxDbUsername: object.object?.username, oxDbContext: 10 }
        : { oxDbGroupname: object.object?.name, oxDbContexts: [10] },
    );
  }
}

function environment(service: ProvisioningSandbox): Record<string, string> {
  return {
    PROVISIONING_API_BASE_URL: service.url,
    PROVISIONING_API_USERNAME: NAME,
    PROVISIONING_API_PASSWORD: PASSWORD,
  };
}

function assertFetched(place: Workplace, count: number, left: number): void {
  const waiting = place.waiting().length;
  if (waiting !== count || left > 0) {
    throw new Error(`${waiting} of ${count} messages are in the queue, ${left} are left in the service`);
  }
}
