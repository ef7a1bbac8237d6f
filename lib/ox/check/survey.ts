/** Reads every last state once: what is wrong with it as it stands, and where its object should be in OX. */

import { type Finding, finding } from '../../check/finding.ts';
import { asConnectorError } from '../../errors/connector-error.ts';
import { type Envelope, OBJECT_TYPES, writtenIn } from '../../model/change.ts';
import { awaitedBy, contextOfLogin } from '../../model/claims.ts';
import { readBoolean, readInteger, readText, readTexts } from '../../model/udm.ts';
import { type CheckDeps, unchanged } from './deps.ts';
import { checkProfile, checkProfilesInUse } from './profiles.ts';
import { planned } from './wishes.ts';

const MOST_NAMED = 5;
const IDENTIFIER = /^OX_(?:USER|GROUP)_IDENTIFIER /;

/** Yields what it finds; answers the ids of the OX users of each context. */
export function* survey(deps: CheckDeps): Generator<Finding, ReadonlyMap<number, readonly string[]>> {
  const registry = deps.registry(deps.known);
  const users = new Map<number, string[]>();
  const waiting = new Map<number, number>();
  /** Profile → how many users have it. */
  const profileUsers = new Map<string, number>();
  yield* damaged(deps);
  for (const type of OBJECT_TYPES) {
    for (const { id } of deps.known.list(type)) {
      const state = deps.lastStates.read(id);
      if (!state?.object) {
        continue;
      }
      const isDeletion = state.object.oxDbDeletion === true;
      if (!isDeletion) {
        yield* checkObject(state, deps);
      }
      const refusals: Finding[] = [];
      const plan = planned(
        () => registry[type].plan(unchanged(state)),
        ({ message }) =>
          refusals.push(finding(IDENTIFIER.test(message) ? 'identifier' : 'invalid', message, { object: state.dn })),
      );
      yield* refusals;
      const waitsFor = plan?.skip?.waitsFor ?? awaitedBy({ ...plan?.learnt });
      const missing = waitsFor.flatMap((each) => contextOfLogin(each) ?? []);
      for (const context of missing) {
        waiting.set(context, (waiting.get(context) ?? 0) + 1);
      }
      const isWaiting = missing.length > 0;
      if (!isWaiting && plan?.skip && type === 'users/user' && readInteger(state.object.oxContext) === null) {
        yield finding('no-context', plan.skip.reason, { object: state.dn });
      }
      if (isDeletion && type === 'users/user' && !isWaiting) {
        const message = 'it was deleted, and waits to be removed in OX: the next run does that';
        yield finding('left-over', message, { object: state.dn, repair: id });
      }
      const name = type === 'oxmail/accessprofile' ? readText(state.object.name) : null;
      if (name !== null) {
        profileUsers.set(name, 0);
      }
      if (type === 'users/user' && readBoolean(state.object.isOxUser)) {
        const profile = readText(state.object.oxAccess);
        if (profile !== null) {
          profileUsers.set(profile, (profileUsers.get(profile) ?? 0) + 1);
        }
        const place = plan?.targets[0]?.place;
        const context = (place && 'context' in place ? place.context : deps.known.byId(id)?.context) ?? null;
        if (context !== null) {
          const here = users.get(context) ?? [];
          here.push(id);
          users.set(context, here);
        }
      }
    }
  }
  for (const [context, count] of [...waiting].sort(([a], [b]) => a - b)) {
    const message = `${count === 1 ? '1 object waits' : `${count} objects wait`}: contexts.json has no credentials for context ${context}`;
    yield finding('credentials-missing', message, { context });
  }
  yield* checkProfilesInUse(profileUsers, deps.profiles);
  return users;
}

/** The index leaves out files that cannot be read. */
function* damaged({ lastStates, known }: CheckDeps): Generator<Finding> {
  const readable = new Set(OBJECT_TYPES.flatMap((type) => known.list(type).map(({ id }) => id)));
  for (const id of lastStates.ids().sort()) {
    if (!readable.has(id)) {
      try {
        lastStates.read(id);
      } catch (error) {
        yield finding('damaged', asConnectorError(error).message, { object: lastStates.path(id) });
      }
    }
  }
}

function* checkObject(state: Envelope, deps: CheckDeps): Generator<Finding> {
  const object = state.object ?? {};
  const mistakes = deps.mistakesIn(state.udm_object_type, unchanged(state).after ?? {});
  if (mistakes.length > 0) {
    yield finding('invalid', `the last state is not valid: ${mistakes.join('; ')}`, { object: state.dn });
  }
  if (state.udm_object_type === 'oxmail/accessprofile') {
    yield* checkProfile(state, deps.profiles);
  }
  const isGroup = state.udm_object_type === 'groups/group' && readBoolean(object.isOxGroup);
  if (isGroup || state.udm_object_type === 'oxmail/functional_account') {
    const dangling = readTexts(object.users).filter((dn) => deps.known.meant(dn, writtenIn(object)) === null);
    if (dangling.length > 0) {
      const named = dangling.slice(0, MOST_NAMED).join(' | ') + (dangling.length > MOST_NAMED ? ' | …' : '');
      yield finding(
        'member-dangling',
        `${dangling.length === 1 ? '1 user named in it is' : `${dangling.length} users named in it are`} not known: ${named}`,
        {
          object: state.dn,
        },
      );
    }
  }
}
