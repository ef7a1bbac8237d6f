/** Where cases are run: a lean sandbox in a process of its own, data directories, and interleaved runs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser, type QueueFile } from '../harness/objects.ts';
import { BINARY, makeWorkplace, type Workplace } from '../harness/workplace.ts';
import type { Sandbox } from '../sandbox/client.ts';
import { type Command, measure, type Usage } from './measure.ts';

export interface Sample extends Usage {
  readonly calls: number;
  /** Of the bodies, both ways. */
  readonly bytes: number;
  /** Processor time of the sandbox meanwhile. */
  readonly sandboxMs: number;
}

export interface Stage {
  readonly sandbox: Sandbox;
  /** Fewer runs of what takes long. */
  readonly isShort: boolean;
  /** How often what takes long is run, in the short form and in the long one, unless the command line says otherwise. */
  runs(short: number, long: number): number;
  /** An executable of the same runtime that does nothing. */
  readonly emptyProgram: string;
  /** An executable of the same runtime that posts recorded requests. */
  readonly bareLoop: string;
}

/** A run of the product in `place`, or of something else. */
export async function sample(stage: Stage, command: Command): Promise<Sample> {
  const before = await stage.sandbox.counts();
  const usage = await measure(command);
  const after = await stage.sandbox.counts();
  return {
    ...usage,
    calls: after.total - before.total,
    bytes: after.bytesIn + after.bytesOut - before.bytesIn - before.bytesOut,
    sandboxMs: after.cpuMs - before.cpuMs,
  };
}

export function product(stage: Stage, place: Workplace, env: Readonly<Record<string, string>> = {}): Command {
  return {
    program: BINARY,
    env: { OX_CONNECTOR_DATA_DIR: place.data, OX_SOAP_SERVER: stage.sandbox.url, ...env },
  };
}

/** Runs all of `runs` in turn, `times` times over, so that a slow minute of the machine hits all alike. */
export async function interleave<Name extends string>(
  times: number,
  runs: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Record<Name, Sample>> {
  const samples = Object.fromEntries(Object.keys(runs).map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = 0; round < times; round += 1) {
    for (const name of Object.keys(runs) as Name[]) {
      samples[name].push(await runs[name]());
    }
  }
  const medians = Object.entries<Sample[]>(samples).map(([name, each]) => [name, medianOf(each)]);
  return Object.fromEntries(medians) as Record<Name, Sample>;
}

function medianOf(samples: readonly Sample[]): Sample {
  const median = (read: (sample: Sample) => number): number => {
    const sorted = samples.map(read).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  };
  return {
    cpuMs: median((each) => each.cpuMs),
    wallMs: median((each) => each.wallMs),
    peakMiB: median((each) => each.peakMiB),
    calls: median((each) => each.calls),
    bytes: median((each) => each.bytes),
    sandboxMs: median((each) => each.sandboxMs),
  };
}

/** Of runs one after another: what they took together, and the most memory that one of them had. */
export function sumOf(samples: readonly Sample[]): Sample {
  const sum = (read: (sample: Sample) => number): number => samples.reduce((total, each) => total + read(each), 0);
  return {
    cpuMs: sum((each) => each.cpuMs),
    wallMs: sum((each) => each.wallMs),
    peakMiB: Math.max(0, ...samples.map((each) => each.peakMiB)),
    calls: sum((each) => each.calls),
    bytes: sum((each) => each.bytes),
    sandboxMs: sum((each) => each.sandboxMs),
  };
}

/** The work in a data directory that goes away afterwards. */
export async function withWorkplace<T>(stage: Stage, work: (place: Workplace) => Promise<T>): Promise<T> {
  const place = makeWorkplace(stage.sandbox.url);
  try {
    return await work(place);
  } finally {
    place.remove();
  }
}

/** Six characters: the ids of the harness tell no more apart. */
export function userName(number: number): string {
  return `u${number.toString(36).padStart(5, '0')}`;
}

export function someUsers(count: number, properties: (number: number) => Record<string, unknown> = () => ({})) {
  return Array.from({ length: count }, (_, number) => aUser(userName(number), properties(number)));
}

/** Lays last states down as a run would have left them. */
export function layDown(place: Workplace, states: Iterable<QueueFile>): void {
  const old = join(place.queue, 'old');
  mkdirSync(old, { recursive: true });
  for (const state of states) {
    writeFileSync(join(old, `${state.id}.json`), JSON.stringify(state), { mode: 0o600 });
  }
}

/** The access profile of the users of the harness, and one with other rights. */
export function defineProfiles(place: Workplace): void {
  writeFileSync(
    join(place.data, 'ModuleAccessDefinitions.properties'),
    'premium=calendar,contacts,tasks,webmail\nbasic=webmail\n',
  );
}

/** Throws if the run left files behind: then its numbers mean nothing. */
export function assertDrained(place: Workplace): void {
  const left = place.waiting().length;
  if (left > 0) {
    throw new Error(`${left} files are left in the queue`);
  }
}
