/** A sandbox OX and a data directory, brought to where a scenario starts; what a run and its repetition lead to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDropped } from '../../lib/queue/dropped.ts';
import type { QueueFile } from '../harness/objects.ts';
import { makeWorkplace, type RunOptions, type RunResult, type Workplace } from '../harness/workplace.ts';
import { type Rule, type Sandbox, type StartOptions, startSandbox } from '../sandbox/client.ts';
import { buildLibrary, type FileOperation, readOperations, type Strike, watched } from './operations.ts';
import { difference, type Outcome, outcomeOf } from './outcome.ts';
import type { Scenario } from './scenarios.ts';
import { readTree, type Tree } from './tree.ts';

export interface Disturbance {
  readonly strike?: Strike;
  /** Made before the run, or when the process is there if its id is asked for; calls are counted from the first one of the scenario's queue. */
  readonly rules?: (() => Rule[]) | ((pid: number) => Rule[]);
  readonly env?: Readonly<Record<string, string>>;
  readonly clockShift?: number;
  /** Done before the run. */
  readonly prepare?: (place: Workplace) => void;
  /** Begins with the run, which goes on meanwhile. */
  readonly during?: (place: Workplace, names: readonly string[]) => Promise<void>;
}

/** A run, disturbed or not, on the queue of a scenario. */
export interface Performance {
  readonly place: Workplace;
  /** DATA when the run began. */
  readonly initial: Tree;
  readonly result: RunResult;
  readonly names: readonly string[];
  readonly operations: readonly FileOperation[];
  /** `Service.operation` of each call of this run. */
  readonly calls: readonly string[];
}

export interface Stage {
  readonly sandbox: Sandbox;
  perform(scenario: Scenario, disturbance?: Disturbance): Promise<Performance>;
  /** Runs again, undisturbed; null: what came of it is as expected. */
  recover(performance: Performance, scenario: Scenario, expected: Outcome): Promise<string | null>;
  close(): Promise<void>;
}

export async function openStage(options: StartOptions = {}): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'ox-stage-'));
  const library = buildLibrary(directory);
  const sandbox = await startSandbox({ lean: true, ...options });
  let performances = 0;

  const open = async (scenario: Scenario): Promise<Workplace> => {
    await sandbox.reset();
    const place = makeWorkplace(sandbox.url);
    if (scenario.before.length > 0) {
      place.drop(...scenario.before);
      const { code, stderr } = await place.run({ env: { ...scenario.env } });
      if (code !== 0) {
        throw new Error(`${scenario.name}: the preparation failed\n${stderr}`);
      }
    }
    if (scenario.meanwhile) {
      const restore = withoutCredentials(place, scenario.meanwhile.without);
      place.drop(...scenario.meanwhile.queue);
      const { code, stderr } = await place.run({ env: { ...scenario.env } });
      if (code !== 0) {
        throw new Error(`${scenario.name}: what comes meanwhile failed\n${stderr}`);
      }
      restore();
    }
    withoutCredentials(place, scenario.without ?? []);
    layAside(place, scenario.dropped ?? []);
    if (scenario.drift) {
      await sandbox.drift([...scenario.drift]);
    }
    return place;
  };

  return {
    sandbox,
    async perform(scenario, { strike, rules, env, clockShift = 0, prepare, during } = {}) {
      const place = await open(scenario);
      const names = place.drop(...scenario.queue);
      prepare?.(place);
      const initial = readTree(place.data);
      const first = (await sandbox.counts()).total;
      performances += 1;
      const log = join(directory, `operations-${performances}`);
      const arm = (pid: number) => sandbox.rules((rules?.(pid) ?? []).map((rule) => shifted(rule, first)));
      const needsProcess = rules !== undefined && rules.length > 0;
      if (rules && !needsProcess) {
        await arm(0);
      }
      let meanwhile: Promise<unknown> = Promise.resolve();
      const run: RunOptions = {
        args: scenario.verb ?? [],
        env: { ...scenario.env, ...watched(library, { root: place.data, log, strike, clockShift }), ...env },
        onStart: ({ pid = 0 }) => {
          const armed = needsProcess ? arm(pid) : meanwhile;
          meanwhile = armed.then(() => during?.(place, names));
        },
      };
      const result = await place.run(run);
      await meanwhile;
      const calls = (await sandbox.calls({ since: first })).map((call) => `${call.service}.${call.operation}`);
      const operations = readOperations(log);
      rmSync(log, { force: true });
      return { place, initial, result, names, operations, calls };
    },
    async recover({ place }, scenario, expected) {
      await sandbox.clearRules();
      place.pass();
      if (scenario.verb) {
        const again = await place.run({ args: scenario.verb, env: { ...scenario.env } });
        if (again.code !== 0) {
          return `the verb ended with ${again.code ?? again.signal}: ${again.stderr}`;
        }
      }
      const { code, signal, stderr } = await place.run({ env: { ...scenario.env } });
      if (code !== 0) {
        return `the next run ended with ${code ?? signal}: ${stderr}`;
      }
      return difference(await outcomeOf(place, sandbox), expected);
    },
    async close() {
      await sandbox.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function layAside(place: Workplace, files: readonly QueueFile[]): void {
  if (files.length > 0) {
    const dropped = openDropped(place.queue);
    for (const name of place.drop(...files)) {
      dropped.drop(join(place.queue, name), 'by hand', new Date());
    }
  }
}

/** Takes entries out of contexts.json; answers what puts them back. */
function withoutCredentials(place: Workplace, contexts: readonly number[]): () => void {
  const file = join(place.data, 'secrets', 'contexts.json');
  const all = place.credentials();
  const rest = Object.fromEntries(Object.entries(all).filter(([name]) => !contexts.includes(Number(name))));
  if (contexts.length > 0) {
    writeFileSync(file, JSON.stringify(rest), { mode: 0o600 });
  }
  return () => writeFileSync(file, JSON.stringify(all), { mode: 0o600 });
}

function shifted(rule: Rule, first: number): Rule {
  const call = rule.match?.call;
  return call === undefined ? rule : { ...rule, match: { ...rule.match, call: call + first } };
}
