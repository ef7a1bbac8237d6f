/** What `plan` says before a run, and what the run does then: the same of each file, in the same order, and the same calls. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { SUPERSEDED } from '../../lib/run/log-report.ts';
import { type Bench, Play, tail } from './play.ts';
import { type Story, steps } from './stories.ts';

interface Planned {
  readonly outcome: string;
  readonly calls: readonly { readonly service: string; readonly operation: string }[];
}

const READ = /^(?:get|list|exists)/;

export function plannedStories(): fc.Arbitrary<Story> {
  return fc.record({ steps: steps(false), concurrency: fc.constant(1) });
}

export async function playPlanned(bench: Bench, { steps: all, concurrency }: Story): Promise<void> {
  const play = await Play.begin(bench, concurrency);
  try {
    for (const step of all) {
      if (step.what === 'run') await runAsPlanned(bench, play);
      else await play.step(step);
    }
    await play.finish();
  } finally {
    play.end();
  }
}

async function runAsPlanned({ sandbox, jobs, count }: Bench, play: Play): Promise<void> {
  const before = await sandbox.state();
  const environment = { OX_CONNECTOR_DATA_DIR: play.place.data, OX_SOAP_SERVER: sandbox.url };
  const { code, log, output } = await jobs.run(environment, ['plan', '--json']);
  strictEqual(code, 0, `plan ended with ${code}:\n${tail(log)}`);
  deepStrictEqual(await sandbox.state(), before, 'plan changed OX');
  const planned = JSON.parse(output) as Planned[];
  const { total: since } = await sandbox.counts();

  const run = await play.run();

  strictEqual(run.code, 0, `a run ended with ${run.code}:\n${tail(run.log)}`);
  const done = run.log.split('\n').flatMap(outcomeIn);
  deepStrictEqual(
    planned.map(({ outcome }) => outcome),
    done,
    'the plan (actual) is not what the run did (expected)',
  );
  const calls = (await sandbox.calls({ since })).filter((call) => call.outcome === 'ok' && !READ.test(call.operation));
  deepStrictEqual(planned.flatMap((each) => each.calls).map(named), calls.map(named), 'the calls of the plan (actual)');
  if (planned.length > 0) count('run as planned');
  await play.check();
}

function named({ service, operation }: Planned['calls'][number]): string {
  return `${service}.${operation}`;
}

/** What a line of the log says of a file. */
function outcomeIn(line: string): string[] {
  const value = (name: string): string => {
    const text = new RegExp(` ${name}=("(?:[^"\\\\]|\\\\.)*"|\\S+)`).exec(line)?.[1] ?? '';
    return text.startsWith('"') ? JSON.parse(text) : text;
  };
  if (/ INFO +provisioned /.test(line)) return [value('action')];
  if (/ WARNING +skipped /.test(line)) return [`skipped: ${value('reason')}`];
  return line.includes(SUPERSEDED) ? [SUPERSEDED] : [];
}
