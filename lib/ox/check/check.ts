/** Everything `check` looks at, in order: this side, OX's, then the comparison of the two, context by context. */
import { dirname } from 'node:path';
import { Agreement } from '../../check/agreement.ts';
import { checkCredentialsFile, checkDirectory, checkSpace, unknownEntries } from '../../check/files.ts';
import { type Finding, type FindingKind, failureFinding, finding } from '../../check/finding.ts';
import { checkQueue } from '../../check/queue.ts';
import { asConnectorError, type ConnectorError, type ErrorCode } from '../../errors/connector-error.ts';
import type { ObjectType } from '../../model/change.ts';
import { findRun } from '../../queue/lock.ts';
import { whyNotLookedFor } from '../../source/provisioning/left-over.ts';
import { readFetchStatus } from '../../status/fetch-status.ts';
import type { OxContext } from '../services/ox.ts';
import { compareAccounts } from './compare-accounts.ts';
import { compareContexts } from './compare-contexts.ts';
import { compareGroups } from './compare-groups.ts';
import { compareResources } from './compare-resources.ts';
import { UserComparison } from './compare-users.ts';
import type { CheckDeps, ComparisonDeps } from './deps.ts';
import { checkServices } from './services.ts';
import { survey } from './survey.ts';
import { wishesOf } from './wishes.ts';

/** Without an answer there is no use in asking on. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set([
  'OX_UNREACHABLE',
  'OX_TLS',
  'OX_HTTP',
  'OX_TIMEOUT',
  'OX_ANSWER_INVALID',
]);

/** A damaged last state may describe it: whoever removed it on our advice would lose what it has. */
const MAY_BE_DESCRIBED: readonly FindingKind[] = ['unknown', 'member-dangling'];
const REPAIR_FIRST = 'First repair what is damaged: it may describe this. Then check again.';

/**
 * Findings as they are found; what OX refuses to tell is one of them. Throws what ends the check. Before it says that nobody
 * describes an object it looks again: a run may have provisioned it meanwhile.
 */
export async function* check(deps: CheckDeps, readCertificates: () => string, now: Date): AsyncGenerator<Finding> {
  const queue = dirname(deps.lastStates.directory);
  const before = findRun(queue);
  const unknown: Finding[] = [];
  const agreement = new Agreement();
  const comparing = { ...deps, compared: (type: ObjectType) => agreement.compared(type) };
  let isDamaged = false;
  for await (const each of checkAll(comparing, readCertificates, now)) {
    isDamaged ||= each.kind === 'damaged';
    const found = isDamaged && MAY_BE_DESCRIBED.includes(each.kind) ? { ...each, remedy: REPAIR_FIRST } : each;
    agreement.hear(found);
    if (found.kind === 'unknown') {
      unknown.push(found);
    } else {
      yield found;
    }
  }
  if (unknown.length > 0) {
    const known = deps.lookAgain();
    const isKnown = (claim: string): boolean => known.claimants(claim).length > 0;
    const still = unknown.filter(({ claims = [] }) => !claims.some(isKnown));
    known.close();
    yield* still;
  }
  const agreed = agreement.tell();
  if (agreed !== null) {
    yield agreed;
  }
  const run = before ?? findRun(queue);
  if (run) {
    const message = `a run was going on meanwhile (process ${run.pid}): what it worked on may differ by now`;
    yield finding('run-going-on', message);
  }
}

async function* checkAll(deps: ComparisonDeps, readCertificates: () => string, now: Date): AsyncGenerator<Finding> {
  const { settings, lastStates, credentials, ox } = deps;
  yield* checkCredentialsFile(settings.credentialsFile);
  yield* unknownEntries(credentials.unknown(), settings.credentialsFile);
  yield* checkDirectory(dirname(lastStates.directory));
  yield* checkDirectory(lastStates.directory);
  yield* checkSpace(settings.dataDirectory);
  yield* checkQueue(deps, now);
  const users = yield* survey(deps);
  yield* notNamed(deps, now);
  const { defaultContext } = settings;
  const admins = [...(credentials.find(defaultContext) === null ? [] : [defaultContext]), null];
  yield* await checkServices({ ...settings, readCertificates }, (admin) => ox.version(admin), admins, now);
  const contexts = yield* listContexts(deps);
  const open = contexts ? yield* missingContexts(deps, contexts) : credentials.contexts();
  yield* compareAll(deps, users, open);
}

/** What the last prefill of the Provisioning API left out. */
function* notNamed({ lastStates }: CheckDeps, now: Date): Generator<Finding> {
  const fetching = readFetchStatus(dirname(lastStates.directory), lastStates, now);
  const why = fetching ? whyNotLookedFor(fetching.record) : '';
  if (why !== '') {
    yield finding('not-looked-for', why);
  }
  for (const dn of fetching?.leftOver ?? []) {
    yield finding('not-named', 'the last prefill of the Provisioning API did not name it', { object: dn });
  }
  if (fetching && fetching.moreLeftOver > 0) {
    yield finding('not-named', `nor ${fetching.moreLeftOver} more`);
  }
}

/** null: the master admin is not let in. */
async function* listContexts({ ox }: CheckDeps): AsyncGenerator<Finding, ReadonlyMap<number, OxContext> | null> {
  try {
    const contexts = await ox.contexts.list();
    return new Map(contexts.flatMap((context) => (typeof context.id === 'number' ? [[context.id, context]] : [])));
  } catch (error) {
    yield failureFinding(notAnOutage(error));
    return null;
  }
}

/** Answers the contexts that are there and have credentials. */
function* missingContexts(deps: ComparisonDeps, there: ReadonlyMap<number, OxContext>): Generator<Finding, number[]> {
  const { defaultContext } = deps.settings;
  const entered = deps.credentials.contexts();
  for (const context of new Set([defaultContext, ...entered])) {
    if (!there.has(context)) {
      const what = context === defaultContext ? 'the default context' : 'a context of contexts.json';
      yield finding('context-missing', `OX has no context ${context}, ${what}`, { context });
    }
  }
  const wishes = wishesOf('oxmail/oxcontext', deps.registry(deps.known)['oxmail/oxcontext'], deps);
  yield* compareContexts(wishes.all, there, deps);
  return entered.filter((context) => there.has(context));
}

/** The users of all contexts first: their ids as they are tell who the members of groups are. */
async function* compareAll(
  deps: ComparisonDeps,
  users: ReadonlyMap<number, readonly string[]>,
  contexts: readonly number[],
): AsyncGenerator<Finding> {
  const corrections = new Map<string, number | null>();
  const registry = deps.registry(deps.known);
  const compared: number[] = [];
  for (const context of contexts) {
    const found = await lookTwice(context, deps, async function* (looking) {
      const admin = await deps.ox.users.admin(context);
      const comparison = new UserComparison(context, looking, registry, corrections);
      yield* comparison.run(users.get(context) ?? [], admin);
    });
    yield* found.findings;
    if (found.isCompared) {
      compared.push(context);
    }
  }
  const known: CheckDeps['known'] = {
    ...deps.known,
    byDn: (dn) => corrected(deps.known.byDn(dn)),
    meant: (dn, file) => corrected(deps.known.meant(dn, file)),
    byId: (id) => corrected(deps.known.byId(id)),
  };
  const informed = deps.registry(known);
  const groups = wishesOf('groups/group', informed['groups/group'], deps);
  const resources = wishesOf('oxresources/oxresources', informed['oxresources/oxresources'], deps);
  const accounts = wishesOf('oxmail/functional_account', informed['oxmail/functional_account'], deps);
  for (const context of compared) {
    const { findings } = await lookTwice(context, deps, async function* (looking) {
      yield* compareGroups(context, groups, { ...looking, known });
      yield* compareResources(context, resources, looking);
      yield* compareAccounts(context, accounts, looking);
    });
    yield* findings;
  }

  function corrected<T extends { readonly id: string; readonly oxId: number | null }>(object: T | null): T | null {
    const oxId = object ? corrections.get(object.id) : undefined;
    return object && oxId !== undefined ? { ...object, oxId } : object;
  }
}

/** What a run removes or moves meanwhile makes OX refuse what is asked of it: so it is asked again, unless the context is gone. */
async function lookTwice(
  context: number,
  deps: ComparisonDeps,
  look: (deps: ComparisonDeps) => AsyncGenerator<Finding>,
): Promise<{ findings: Finding[]; isCompared: boolean }> {
  for (let isAgain = false; ; isAgain = true) {
    try {
      if (isAgain && !(await deps.ox.contexts.exists(context))) {
        return { findings: [], isCompared: false };
      }
      const findings: Finding[] = [];
      // What a look that breaks off has compared is compared again.
      const compared: ObjectType[] = [];
      for await (const found of look({ ...deps, compared: (type) => void compared.push(type) })) {
        findings.push(found);
      }
      compared.forEach(deps.compared);
      return { findings, isCompared: true };
    } catch (error) {
      const failure = notAnOutage(error);
      if (isAgain) {
        return { findings: [failureFinding(failure, context)], isCompared: false };
      }
    }
  }
}

/** Throws what leaves no hope for the other contexts. */
function notAnOutage(error: unknown): ConnectorError {
  const known = asConnectorError(error);
  if (OUTAGES.has(known.code) || !known.code.startsWith('OX_')) {
    throw error;
  }
  return known;
}
