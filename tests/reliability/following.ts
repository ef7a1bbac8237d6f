/** `follow`, killed before and after every call of the service and of OX: what is left is fetched and worked off as if it had gone on. */

import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { eventually } from '../harness/eventually.ts';
import { makeWorkplace, type RunResult } from '../harness/workplace.ts';
import { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';
import { environment, finish, NAME, PASSWORD, publishAll } from './fetching.ts';
import type { Stage } from './stage.ts';
import type { Case } from './walk.ts';

interface Point {
  readonly of: 'the service' | 'OX';
  /** From 1. */
  readonly n: number;
  readonly moment: 'before' | 'after';
}

interface Following {
  readonly result: RunResult;
  /** Until everything was acknowledged, and until everything was applied. */
  readonly calls: Readonly<Record<Point['of'], number>>;
  /** What came of it in the end. */
  readonly outcome: { readonly outcome: string } | string;
}

export async function walkFollowing(stage: Stage, short: boolean): Promise<readonly Case<Stage>[]> {
  const undisturbed = await follow(stage, null);
  const expected = undisturbed.outcome;
  if (typeof expected === 'string') {
    throw new Error(expected);
  }
  const all = (['the service', 'OX'] as const).flatMap((of) =>
    Array.from({ length: undisturbed.calls[of] }, (_, at) => at + 1).flatMap((n) =>
      (['before', 'after'] as const).map((moment) => ({ of, n, moment })),
    ),
  );
  const cases = all.map((point) => ({
    name: `follow: killed ${point.moment} call ${point.n} of ${point.of}`,
    async check(lane: Stage) {
      const { result, outcome } = await follow(lane, point);
      if (result.signal !== 'SIGKILL') {
        return `the point was not reached\n${result.stderr}`;
      }
      return typeof outcome === 'string'
        ? outcome
        : outcome.outcome === expected.outcome
          ? null
          : 'the outcome is another one';
    },
  }));
  return short ? cases.filter((_, at) => at % 6 === 0) : cases;
}

async function follow({ sandbox, ...rest }: Stage, point: Point | null): Promise<Following> {
  await sandbox.reset();
  const service = await new ProvisioningSandbox({ ackWait: 50 }).start();
  const subscription = service.subscribe(NAME, PASSWORD, OBJECT_TYPES);
  publishAll(service);
  const place = makeWorkplace(sandbox.url);
  let calls = 0;
  let pid = 0;
  let hasEnded = false;
  service.onCall(async (_operation, moment) => {
    calls += moment === 'before' && subscription.size > 0 ? 1 : 0;
    if (point?.of === 'the service' && calls === point.n && moment === point.moment) {
      process.kill(pid, 'SIGKILL');
      await new Promise((done) => setTimeout(done, 20));
    }
  });
  const run = place.run({
    args: ['follow'],
    env: environment(service),
    onStart: (child) => {
      pid = child.pid ?? 0;
    },
  });
  void run.finally(() => {
    hasEnded = true;
  });
  if (point?.of === 'OX') {
    const { n: call, moment: when } = point;
    await sandbox.rules([{ match: { call }, action: { kill: pid, when } }]);
  }
  await eventually(() => hasEnded || (subscription.size === 0 && place.waiting().length === 0), 60);
  if (!hasEnded) {
    process.kill(pid, 'SIGTERM');
  }
  const result = await run;
  service.onCall(undefined);
  const { total } = await sandbox.counts();
  return {
    result,
    calls: { 'the service': calls, OX: total },
    outcome: await finish({ sandbox, ...rest }, { place, service }),
  };
}
