/** Every operation of the main job × every disturbance: the exit code, the message, what is left, and what the next run makes of it. */
import { ROWS, type Row } from './disturbances.ts';
import type { Reference } from './reference.ts';
import { AT_ONCE } from './scenarios.ts';
import type { Performance, Stage } from './stage.ts';
import type { Case } from './walk.ts';

/** What the main job calls, and whether the answer holds a result (docs/ox.md, "On the wire"). */
const OPERATIONS: Readonly<Record<string, 'read' | 'result' | 'no result'>> = {
  'OXContextService.exists': 'read',
  'OXContextService.getData': 'read',
  'OXContextService.create': 'result',
  'OXContextService.change': 'no result',
  'OXContextService.delete': 'no result',
  'OXUserService.create': 'result',
  'OXUserService.createByModuleAccess': 'result',
  'OXUserService.change': 'no result',
  'OXUserService.changeByModuleAccess': 'no result',
  'OXUserService.delete': 'no result',
  'OXUserService.exists': 'read',
  'OXUserService.getData': 'read',
  'OXUserService.getModuleAccess': 'read',
  'OXUserService.getMultipleData': 'read',
  'OXUserService.list': 'read',
  'OXUserService.listAll': 'read',
  'OXGroupService.addMember': 'no result',
  'OXGroupService.create': 'result',
  'OXGroupService.change': 'no result',
  'OXGroupService.delete': 'no result',
  'OXGroupService.getData': 'read',
  'OXGroupService.listGroupsForUser': 'read',
  'OXResourceService.create': 'result',
  'OXResourceService.change': 'no result',
  'OXResourceService.delete': 'no result',
  'OXResourceService.getData': 'read',
  'OXSecondaryAccountService.create': 'no result',
  'OXSecondaryAccountService.update': 'result',
  'OXSecondaryAccountService.delete': 'result',
  'OXSecondaryAccountService.list': 'read',
  'OXUserCopyService.copyUser': 'result',
};

/** In the short form each operation is disturbed in one scenario, and by nothing slow; else in all that call it. */
export function faultMatrix(references: readonly Reference[], short: boolean): Case<Stage>[] {
  const met = new Set<string>();
  const cases: Case<Stage>[] = [];
  for (const reference of references) {
    for (const operation of new Set(reference.performance.calls)) {
      const isFirst = !met.has(operation);
      met.add(operation);
      for (const row of ROWS) {
        if (applies(row, operation, reference) && (isFirst || !short) && !(row.isSlow && (short || !isFirst))) {
          const name = `${reference.scenario.name}: ${operation}: ${row.name}`;
          cases.push({ name, check: (stage) => disturb(stage, reference, operation, row) });
        }
      }
    }
  }
  return [...cases, ...completeness(met)];
}

/** An operation that nobody calls would not be tested, and nobody would notice. */
function completeness(met: ReadonlySet<string>): Case<Stage>[] {
  const missing = Object.keys(OPERATIONS).filter((operation) => !met.has(operation));
  const unknown = [...met].filter((operation) => !(operation in OPERATIONS));
  const wrong = [...missing.map((each) => `no scenario calls ${each}`), ...unknown.map((each) => `unlisted: ${each}`)];
  return [{ name: 'every operation is called', check: async () => (wrong.length > 0 ? wrong.join('\n') : null) }];
}

function applies(row: Row, operation: string, { scenario }: Reference): boolean {
  const goesOn = scenario.env?.OX_CONNECTOR_STOP_ON_ERROR === 'false';
  return !(row.onlyWithResult && OPERATIONS[operation] === 'no result') && !(row.isAboutObject && goesOn);
}

async function disturb(stage: Stage, reference: Reference, operation: string, row: Row): Promise<string | null> {
  const { scenario, outcome } = reference;
  const [service = '', name = ''] = operation.split('.');
  const performance = await stage.perform(scenario, {
    rules: () => [{ match: { service, operation: name }, action: row.action }],
    env: row.action.hang ? { OX_SOAP_TIMEOUT: '1' } : {},
  });
  const wrong =
    (await stage.sandbox.remainingRules()).length > 0
      ? 'the operation was not disturbed'
      : (wrongEnd(performance, reference, operation, row) ?? (await stage.recover(performance, scenario, outcome)));
  performance.place.remove();
  return wrong && `${wrong}\n${performance.result.stderr}`;
}

function wrongEnd(performance: Performance, reference: Reference, operation: string, row: Row): string | null {
  const { code, stderr } = performance.result;
  const mayPass = (row.isRetriedRead && OPERATIONS[operation] === 'read') || row.isDoneWithout === operation;
  const isOvercome = row.isAboutObject === true && getsOver(operation, reference, stderr);
  const exits = isOvercome ? [0] : [...row.exits, ...(mayPass ? [0] : [])];
  if (!exits.includes(code ?? -1)) {
    return `exit code ${code}, expected ${exits.join(' or ')}`;
  }
  if (code === 0) {
    return performance.place.waiting().length === 0 ? null : 'exit code 0, but files are left';
  }
  return wrongMessage(performance, operation, row) ?? wrongQueue(performance, reference, stderr);
}

/** A refused change whose object has a newer file is let go for that one; others of the scenario are their own cure. */
function getsOver(operation: string, { scenario }: Reference, stderr: string): boolean {
  const reasons = stderr.matchAll(
    /left out, a newer change of the object waits file=\S+.* reason="(\S+) .*was refused/g,
  );
  return scenario.isRefusedAnyway === operation || [...reasons].some(([, refused]) => refused === operation);
}

function wrongMessage({ place, result }: Performance, operation: string, row: Row): string | null {
  const secrets = Object.values(place.credentials()).map(({ adminpass }) => adminpass);
  if (secrets.some((secret) => `${result.stdout}${result.stderr}`.includes(secret))) {
    return 'the output holds a password';
  }
  // Where it may be overcome, a later call may be what fails.
  const named = row.exits.includes(0) ? [] : [operation, row.says ?? ''];
  const expected = [/Error while processing \S+/, /This is consecutive error #1$/m, /What to do: ./, ...named];
  const missing = expected.find((each) =>
    typeof each === 'string' ? !result.stderr.includes(each) : !each.test(result.stderr),
  );
  return missing === undefined ? null : `the output does not say ${missing}`;
}

/** The file that failed and all that come after it are still there; those of its type may be under way with several at once. */
function wrongQueue({ place, names }: Performance, reference: Reference, stderr: string): string | null {
  const { queue, env } = reference.scenario;
  const failed = /Error while processing \S*\/(\S+)/.exec(stderr)?.[1] ?? '';
  const waiting = new Set(place.waiting());
  const order = reference.order.map((index) => names[index] ?? '');
  const after = order.includes(failed) ? order.slice(order.indexOf(failed)) : [failed];
  const typeOf = (name: string) => queue[names.indexOf(name)]?.udm_object_type;
  const mayBeDone = (name: string) => env === AT_ONCE && name !== failed && typeOf(name) === typeOf(failed);
  const lost = after.filter((name) => !waiting.has(name) && !mayBeDone(name));
  return lost.length > 0 ? `no longer in the queue: ${lost.join(', ')}` : null;
}
