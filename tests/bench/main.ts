/**
 * The benchmark (`npm run bench`): runs each case of docs/performance.md several times, in turn with what it is compared
 * with, and prints medians and ratios. Ends with 1 if a target is missed (with --slack 3: by more than three times).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../sandbox/client.ts';
import { casesAgainst } from './against-cases.ts';
import { cacheRebuild } from './cache-case.ts';
import { type Case, isMet, type Result } from './case.ts';
import { makeExecutable } from './executables.ts';
import { manyChanges, manyCreates } from './many-calls-cases.ts';
import { mixedDay } from './mixed-day-case.ts';
import { prefill } from './prefill-case.ts';
import { allRefused, lookAtQueue, planOfCreations } from './queue-cases.ts';
import { describe } from './report.ts';
import { largeGroup, longQueue, manyContexts, manyLastStates } from './scale-cases.ts';
import type { Stage } from './stage.ts';
import { emptyQueue, oneChange } from './start-up-cases.ts';
import { tmailMany, tmailQueue, tmailSync } from './tmail-case.ts';

const CASES: readonly Case[] = [
  emptyQueue,
  oneChange,
  manyChanges,
  manyCreates,
  mixedDay,
  longQueue,
  lookAtQueue,
  allRefused,
  planOfCreations,
  largeGroup,
  manyLastStates,
  manyContexts,
  prefill,
  cacheRebuild,
  tmailSync,
  tmailMany,
  tmailQueue,
];

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string' },
    slack: { type: 'string', default: '1' },
    runs: { type: 'string' },
    against: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const all = values.against === undefined ? CASES : casesAgainst(resolve(values.against));

if (values.help) {
  const names = all.map(({ name }) => name).join(',');
  process.stdout.write(
    `npm run bench -- [--short] [--runs N] [--only ${names}] [--json FILE] [--slack FACTOR] [--against BINARY] [--no-build]\n`,
  );
  process.exit(0);
}

const chosen = values.only?.split(',');
const cases = all.filter(({ name }) => chosen?.includes(name) ?? true);

if (!values['no-build']) {
  execFileSync(process.execPath, [resolve('build/build.ts')], { stdio: ['ignore', 'ignore', 'inherit'] });
}
const programs = mkdtempSync(join(tmpdir(), 'bench-programs-'));
const sandbox = await startSandbox({ lean: true });
const results: Record<string, Result> = {};
try {
  const stage: Stage = {
    sandbox,
    isShort: values.short,
    runs: (short, long) => Number(values.runs ?? (values.short ? short : long)),
    emptyProgram: await makeExecutable(resolve('tests/bench/empty.ts'), programs, 'empty'),
    bareLoop: await makeExecutable(resolve('tests/bench/bare-loop.ts'), programs, 'bare-loop'),
  };
  for (const each of cases) {
    const result = await each.run(stage);
    results[each.name] = result;
    process.stdout.write(`${describe(each, result)}\n`);
  }
} finally {
  await sandbox.stop();
  rmSync(programs, { recursive: true });
}

if (values.json !== undefined) {
  const machine = { cpu: cpus()[0]?.model, cpus: cpus().length, memory: totalmem(), node: process.version };
  writeFileSync(values.json, `${JSON.stringify({ machine, short: values.short, results }, null, 2)}\n`);
}
const isAllMet = Object.values(results).every(({ ratios }) =>
  ratios.every((ratio) => isMet(ratio, Number(values.slack))),
);
process.exitCode = isAllMet ? 0 : 1;
