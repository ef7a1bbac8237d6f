/** Cuts the power: kills the binary before an operation, then leaves on the disk only what may have reached it. */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { Disk, type Survival } from './disk.ts';
import { describeOperation, type FileOperation } from './operations.ts';
import type { Outcome } from './outcome.ts';
import type { Reference } from './reference.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';
import { replaceTree, type Tree } from './tree.ts';
import type { Case } from './walk.ts';

/** A case for each state of OX and the disk that a cut may leave; states that are equal are walked once. */
export function powerCuts({ scenario, performance, outcome }: Reference): Case<Stage>[] {
  const { operations, place, initial } = performance;
  const disk = new Disk(initial);
  const seen = new Set<string>();
  const cases: Case<Stage>[] = [];
  for (const operation of operations) {
    seen.add(fingerprint(operation.sent, disk.tree));
    for (const survival of disk.survivals()) {
      const print = fingerprint(operation.sent, disk.after(survival));
      if (!seen.has(print)) {
        seen.add(print);
        const survivors = `${survival.how} ${survival.how === 'none' ? '' : survival.which}`.trim();
        const name = `${scenario.name}: power cut before ${describeOperation(operation, place.data)}, ${survivors}`;
        cases.push({ name, check: (stage) => cut(stage, scenario, operation.n, survival, outcome) });
      }
    }
    disk.do(below(place.data, operation));
  }
  return cases;
}

async function cut(stage: Stage, scenario: Scenario, at: number, survival: Survival, expected: Outcome) {
  const performance = await stage.perform(scenario, { strike: { at, act: 'kill-before' } });
  const { place, initial, operations, result } = performance;
  if (result.signal !== 'SIGKILL') {
    return `the point was not reached\n${result.stderr}`;
  }
  const disk = new Disk(initial);
  for (const operation of operations.filter(({ n }) => n < at)) {
    disk.do(below(place.data, operation));
  }
  replaceTree(place.data, disk.after(survival));
  const wrong = await stage.recover(performance, scenario, expected);
  place.remove();
  return wrong;
}

function below(root: string, operation: FileOperation): FileOperation {
  const cutOff = (path: string): string => (path.startsWith(root) ? relative(root, path) || '.' : path);
  return { ...operation, path: cutOff(operation.path), more: cutOff(operation.more) };
}

/** Who holds the lock and how the last run ended is information only, and differs from run to run. */
const INFORMATION = /^listener\/\.(?:lock|run)/;

function fingerprint(sent: number, tree: Tree): string {
  const hash = createHash('sha256').update(String(sent));
  for (const [path, content] of [...tree].filter(([each]) => !INFORMATION.test(each)).sort()) {
    hash.update(`\0${path}\0`).update(content ?? '');
  }
  return hash.digest('hex');
}
