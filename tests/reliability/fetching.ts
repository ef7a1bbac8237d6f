/**
 * Fetching, killed before and after every HTTP call and every file operation, and with the power cut at each of them: what
 * was acknowledged is there, and in the end everything has been applied.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { aGroup, aUser, changed } from '../harness/objects.ts';
import { makeWorkplace, type RunResult, type Workplace } from '../harness/workplace.ts';
import { live, prefilled } from '../sandbox/provisioning/objects.ts';
import { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';
import { Disk, type Survival } from './disk.ts';
import {
  buildLibrary,
  describeOperation,
  type FileOperation,
  readOperations,
  type Strike,
  watched,
} from './operations.ts';
import type { Stage } from './stage.ts';
import { readTree, replaceTree, type Tree } from './tree.ts';
import type { Case } from './walk.ts';

export const NAME = 'ox-connector';
export const PASSWORD = 'secret';

/** Made and then gone; changed twice; none of ours; without an id. */
export function publishAll(service: ProvisioningSandbox): void {
  const [anna, bert, carl] = [aUser('anna'), aUser('bert'), aUser('carl')];
  service.publish(prefilled(anna));
  service.publish(live(null, bert));
  service.publish(prefilled(carl));
  service.publish(live(anna, changed(anna, { title: 'Dr.' })));
  const shared = { old: {}, new: { dn: 'cn=x', objectType: 'oxmail/shared_account', properties: {} } };
  service.subscription(NAME).store({ ...live(null, anna), topic: 'oxmail/shared_account', body: shared });
  const nobody = { dn: 'uid=nobody', objectType: 'users/user', properties: { username: 'nobody' } };
  service.publish({ ...live(null, anna), body: { old: {}, new: nobody } });
  service.publish(live(null, aGroup('staff', ['anna', 'bert'])));
  service.publish(live(carl, null));
}

/** Tells how it goes: what is fetched does not depend on it. */
const INFORMATION = /listener\/\.(?:provisioning|fetch-lock)/;

/** Its message becomes no file. */
const FOREIGN = 5;

interface Disturbance {
  readonly strike?: Strike;
  /** The n-th call of the service, and whether it had its effect. */
  readonly call?: { readonly n: number; readonly moment: 'before' | 'after' };
}

interface Fetching {
  readonly place: Workplace;
  readonly service: ProvisioningSandbox;
  readonly initial: Tree;
  readonly operations: readonly FileOperation[];
  readonly calls: number;
  readonly result: RunResult;
  /** When the process ended. */
  readonly acknowledged: readonly number[];
}

export interface FetchingWalk {
  readonly cases: readonly Case<Stage>[];
  close(): void;
}

export async function walkFetching(stage: Stage, short: boolean): Promise<FetchingWalk> {
  const directory = mkdtempSync(join(tmpdir(), 'ox-fetching-'));
  const library = buildLibrary(directory);
  let fetchings = 0;

  const fetch = async ({ sandbox }: Stage, { strike, call }: Disturbance = {}): Promise<Fetching> => {
    await sandbox.reset();
    const service = await new ProvisioningSandbox({ ackWait: 50 }).start();
    service.subscribe(NAME, PASSWORD, OBJECT_TYPES);
    publishAll(service);
    const place = makeWorkplace(sandbox.url);
    const initial = readTree(place.data);
    fetchings += 1;
    const log = join(directory, `operations-${fetchings}`);
    let calls = 0;
    let pid = 0;
    service.onCall(async (_operation, moment) => {
      calls += moment === 'before' ? 1 : 0;
      if (call !== undefined && calls === call.n && moment === call.moment) {
        process.kill(pid, 'SIGKILL');
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    const result = await place.run({
      args: ['fetch'],
      env: { ...environment(service), ...watched(library, { root: place.data, log, strike }) },
      onStart: (child) => {
        pid = child.pid ?? 0;
      },
    });
    service.onCall(undefined);
    const operations = readOperations(log);
    rmSync(log, { force: true });
    const acknowledged = [...service.subscription(NAME).acknowledged];
    return { place, service, initial, operations, calls, result, acknowledged };
  };

  const undisturbed = await fetch(stage);
  const expected = await finish(stage, undisturbed);
  if (typeof expected === 'string') {
    throw new Error(expected);
  }
  const { operations, calls, place } = undisturbed;

  const disturbed = (name: string, disturbance: Disturbance, survival?: Survival): Case<Stage> => ({
    name: `fetch: ${name}`,
    async check(lane) {
      const fetching = await fetch(lane, disturbance);
      if (fetching.result.signal !== 'SIGKILL') {
        return `the point was not reached\n${fetching.result.stderr}`;
      }
      if (survival !== undefined) {
        cutPower(fetching, disturbance.strike?.at ?? 0, survival);
      }
      const missing = fetching.acknowledged.filter((number) => !isThere(fetching.place, number));
      if (missing.length > 0) {
        return `acknowledged, and not there: ${missing.join(', ')}`;
      }
      const found = await finish(lane, fetching);
      return typeof found === 'string'
        ? found
        : found.outcome === expected.outcome
          ? null
          : 'the outcome is another one';
    },
  });

  const atCalls = Array.from({ length: calls }, (_, at) => at + 1).flatMap((n) =>
    (['before', 'after'] as const).map((moment) => disturbed(`killed ${moment} call ${n}`, { call: { n, moment } })),
  );
  // After an operation is before the next one, unless something was sent in between.
  const atOperations = operations.flatMap((operation, index) => {
    const isLastBeforeCall = operations[index + 1]?.sent !== operation.sent;
    const acts = [
      'kill-before' as const,
      ...(isLastBeforeCall ? ['kill-after' as const] : []),
      ...(operation.kind === 'write' && !INFORMATION.test(operation.path) ? ['tear' as const] : []),
    ];
    return acts.map((act) =>
      disturbed(`${act} ${describeOperation(operation, place.data)}`, { strike: { at: operation.n, act } }),
    );
  });
  const cuts = powerCuts(undisturbed).map(([operation, survival]) =>
    disturbed(
      `power cut before ${describeOperation(operation, place.data)}, ${survival.how}`,
      { strike: { at: operation.n, act: 'kill-before' } },
      survival,
    ),
  );
  const all = [...atCalls, ...atOperations, ...cuts];
  return {
    cases: short ? all.filter((_, at) => at % 6 === 0) : all,
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export function environment({ url }: ProvisioningSandbox) {
  return { PROVISIONING_API_BASE_URL: url, PROVISIONING_API_USERNAME: NAME, PROVISIONING_API_PASSWORD: PASSWORD };
}

/** Fetches what is left and works off. A text says what is wrong. */
export async function finish(
  { sandbox }: Stage,
  { place, service }: Pick<Fetching, 'place' | 'service'>,
): Promise<{ outcome: string } | string> {
  try {
    const fetched = await place.run({ args: ['fetch'], env: environment(service) });
    const worked = await place.run();
    if (fetched.code !== 0 || worked.code !== 0) {
      return `fetch ended with ${fetched.code}, the run with ${worked.code}: ${fetched.stderr}${worked.stderr}`;
    }
    const { acknowledged, lost, size } = service.subscription(NAME);
    if (size > 0 || lost.length > 0 || [...acknowledged].sort((a, b) => a - b).join() !== '1,2,3,4,5,6,7,8') {
      return `${size} are left, lost: ${lost.join()}, acknowledged: ${acknowledged.join()}`;
    }
    const states = Object.entries(place.lastStates()).map(([id, { object }]) => [id, object]);
    return { outcome: JSON.stringify([await sandbox.canonicalState(), states, place.parked().length > 0]) };
  } finally {
    place.remove();
    await service.stop();
  }
}

/** As a file of the queue, or set aside. */
function isThere({ queue, waiting, parked }: Workplace, number: number): boolean {
  if (number === FOREIGN) {
    return true;
  }
  const numberOf = (path: string): unknown => {
    const { sequence_number, provisioning } = JSON.parse(readFileSync(join(queue, path), 'utf8'));
    return sequence_number ?? provisioning?.sequence_number;
  };
  return [...waiting(), ...parked().map((name) => `parked/${name}`)].some((path) => numberOf(path) === number);
}

function cutPower({ place, initial, operations }: Fetching, at: number, survival: Survival): void {
  const disk = new Disk(initial);
  for (const operation of operations.filter(({ n }) => n < at)) {
    disk.do(below(place.data, operation));
  }
  replaceTree(place.data, disk.after(survival));
}

function powerCuts({ operations, place, initial }: Fetching): [FileOperation, Survival][] {
  const disk = new Disk(initial);
  const cuts: [FileOperation, Survival][] = [];
  const seen = new Set<string>();
  for (const operation of operations) {
    for (const survival of disk.survivals()) {
      const print = JSON.stringify([
        operation.sent,
        [...disk.after(survival)].map(([path, content]) => [path, String(content)]),
      ]);
      if (!seen.has(print)) {
        seen.add(print);
        cuts.push([operation, survival]);
      }
    }
    disk.do(below(place.data, operation));
  }
  return cuts;
}

function below(root: string, operation: FileOperation): FileOperation {
  const cutOff = (path: string): string => (path.startsWith(root) ? relative(root, path) || '.' : path);
  return { ...operation, path: cutOff(operation.path), more: cutOff(operation.more) };
}
