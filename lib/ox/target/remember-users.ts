/**
 * Data of the connector before this one do not say who has a functional account and in which contexts a group is: that follows
 * from their users, who are named by DN. It is noted before one of them changes its DN or place: nobody could tell afterwards.
 */

import type { Logger } from '../../logger/logger.ts';
import { unlessDamaged } from '../../memory/last-state.ts';
import type { Memory } from '../../memory/memory.ts';
import { type Change, type Envelope, writtenIn } from '../../model/change.ts';
import { accountUsers, groupName, groupPlaces, type Identifiers, learntOfGroup } from '../../model/claims.ts';
import { dnKey } from '../../model/dn.ts';
import { TYPES } from '../../model/types.ts';
import { type Properties, readBoolean, readInteger, readTexts } from '../../model/udm.ts';

interface UserMemory {
  readonly memory: Memory;
  readonly identifiers: Identifiers;
  readonly log: Logger;
}

/** To be called before the change is settled. Durable when it returns; repeating it changes nothing more. */
export function rememberUsers(change: Change, deps: UserMemory): void {
  const { type, formerDn } = change;
  if (!TYPES[type].isMember || formerDn === null || isWhereItWas(change)) {
    return;
  }
  const { memory, log } = deps;
  for (const id of memory.referring(formerDn)) {
    unlessDamaged(
      () => rememberIn(id, deps),
      ({ message }) => log.warning('it cannot be noted who belongs to it', { id, reason: message }),
    );
  }
}

function rememberIn(id: string, deps: UserMemory): void {
  const state = deps.memory.read(id);
  const learnt = state && (accountLearnt(state, deps) ?? groupLearnt(state, deps));
  if (state !== null && learnt !== null) {
    deps.memory.put({ ...state, object: { ...state.object, ...learnt } });
  }
}

function isWhereItWas({ dn, formerDn, before, after }: Change): boolean {
  const placeOf = (properties: Properties | null): string =>
    `${properties && readBoolean(properties.isOxUser)} ${readInteger(properties?.oxContext)}`;
  return formerDn !== null && dnKey(formerDn) === dnKey(dn) && placeOf(before) === placeOf(after);
}

function accountLearnt({ udm_object_type: type, object }: Envelope, { memory }: UserMemory): Properties | null {
  return type !== 'oxmail/functional_account' || object === null || accountUsers(object) !== null
    ? null
    : { oxDbUsers: readTexts(object.users).flatMap((dn) => memory.meant(dn, writtenIn(object))?.id ?? []) };
}

function groupLearnt(state: Envelope, { memory, identifiers }: UserMemory): Properties | null {
  const { udm_object_type: type, object } = state;
  if (type !== 'groups/group' || object === null || groupPlaces(state, identifiers.group) !== null) {
    return null;
  }
  const name = groupName(state, identifiers.group);
  const users = readTexts(object.users).flatMap((dn) => memory.meant(dn, writtenIn(object)) ?? []);
  const contexts = users.flatMap(({ isOx, context, oxId }) =>
    isOx && context !== null && oxId !== null ? context : [],
  );
  return name === null || contexts.length === 0
    ? null
    : learntOfGroup(new Map(contexts.map((context) => [context, name])), name);
}
