/**
 * Verbs beside a run, from another process: what is told and marked meanwhile loses nothing, a second run does not begin,
 * and when the queue is worked off OX is what the model says.
 */
import { ok, strictEqual } from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { pick } from './choice.ts';
import { type Bench, Play, type Step, tail } from './play.ts';
import type { Jobs } from './run-jobs.ts';
import { type Story, steps } from './stories.ts';

/** With the exit codes that each may answer: `status` tells how things are by them, and `check` that it found something. */
const VERBS: readonly { readonly words: readonly string[]; readonly codes: readonly number[] }[] = [
  { words: ['status'], codes: [0, 1, 2] },
  { words: ['queue', 'retry'], codes: [0] },
  { words: ['reprovision', '--all', '--yes'], codes: [0] },
  { words: ['check', '--fix'], codes: [0, 1] },
];

/** Milliseconds that OX takes for each call, so that a verb finds the run going on. */
const LATENCY = 4;

/** Milliseconds. */
const ABOUT_TO_SAY = 100;

export function companies(): fc.Arbitrary<Story> {
  return fc.record({ steps: steps(false, { run: 8 }), concurrency: fc.constantFrom(1, 8) });
}

/** `others`: the process of the verbs. */
export async function playBeside(bench: Bench, others: Jobs, { steps: all, concurrency }: Story): Promise<void> {
  const play = await Play.begin(bench, concurrency);
  try {
    await bench.sandbox.options({ latencyMs: LATENCY });
    for (const step of all) {
      if (step.what === 'run') await runWithCompany(bench, others, play, step);
      else await play.step(step);
    }
    await bench.sandbox.options({ latencyMs: 0 });
    await play.finish();
  } finally {
    await bench.sandbox.options({ latencyMs: 0 });
    play.end();
  }
}

async function runWithCompany(bench: Bench, others: Jobs, play: Play, { a, b, c }: Step): Promise<void> {
  const environment = { OX_CONNECTOR_DATA_DIR: play.place.data, OX_SOAP_SERVER: bench.sandbox.url };
  const { total } = await bench.sandbox.counts();
  let isOver = false;
  const run = play.run().finally(() => {
    isOver = true;
  });
  while (!isOver && (await bench.sandbox.counts()).total === total) await new Promise(setImmediate);
  const second = await others.run(environment);
  // The first may have ended while the other began, and is about to say so.
  if (second.code !== 75) await setTimeout(ABOUT_TO_SAY);
  if (!isOver) strictEqual(second.code, 75, `a second run beside the first ended with ${second.code}:\n${second.log}`);
  bench.count(isOver ? 'run over before the second one' : 'second run beside a run');
  for (const choice of [a, b, c].slice(0, 1 + (c % 3))) {
    const verb = pick(VERBS, choice);
    if (verb === undefined) continue;
    const { code, log } = await others.run(environment, verb.words);
    ok(verb.codes.includes(code), `${verb.words.join(' ')} beside a run ended with ${code}:\n${tail(log)}`);
    bench.count(`${verb.words.join(' ')} ${isOver ? 'after' : 'beside'} a run`);
  }
  const { code, log } = await run;
  ok(play.isExcused(code), `a run with company ended with ${code}:\n${tail(log)}`);
  await play.runAndCheck();
}
