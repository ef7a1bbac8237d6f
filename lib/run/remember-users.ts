/**
 * Data of the connector before this one do not say who has a functional account and in which contexts a group is: that follows
 * from their users, who are named by DN. It is noted before one of them changes its DN or place: nobody could tell afterwards.
 */

import { asConnectorError } from '../errors/connector-error.ts';
import type { Logger } from '../logger/logger.ts';
import type { Change, Envelope } from '../model/change.ts';
import { accountUsers, groupPlaces, type Identifiers, learntOfGroup, nameIn } from '../model/claims.ts';
import { dnKey } from '../model/dn.ts';
import { TYPES } from '../model/types.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from '../model/udm.ts';
import { type Memory, writeState } from './write-state.ts';

interface UserMemory extends Memory {
  readonly identifiers: Identifiers;
  readonly log: Logger;
}

/** To be called before the change is settled. Durable when it returns; repeating it changes nothing more. */
export function rememberUsers(change: Change, memory: UserMemory): void {
  const { type, formerDn } = change;
  if (!TYPES[type].isMember || formerDn === null || isWhereItWas(change)) {
    return;
  }
  const { known, lastStates, log } = memory;
  for (const id of known.referring(formerDn)) {
    try {
      const state = lastStates.read(id);
      const learnt = state === null ? null : (accountLearnt(state, memory) ?? groupLearnt(state, memory));
      if (state !== null && learnt !== null) {
        writeState(id, { ...state, object: { ...state.object, ...learnt } }, memory);
      }
    } catch (error) {
      const { code, message } = asConnectorError(error);
      if (code !== 'LAST_STATE_BROKEN') {
        throw error;
      }
      log.warning('it cannot be noted who belongs to it', { id, reason: message });
    }
  }
}

function isWhereItWas({ dn, formerDn, before, after }: Change): boolean {
  const placeOf = (properties: Properties | null): string =>
    `${properties && readBoolean(properties.isOxUser)} ${readInteger(properties?.oxContext)}`;
  return formerDn !== null && dnKey(formerDn) === dnKey(dn) && placeOf(before) === placeOf(after);
}

function accountLearnt({ udm_object_type: type, object }: Envelope, { known }: UserMemory): Properties | null {
  return type !== 'oxmail/functional_account' || object === null || accountUsers(object) !== null
    ? null
    : { oxDbUsers: readTexts(object.users).flatMap((dn) => known.byDn(dn)?.id ?? []) };
}

function groupLearnt(state: Envelope, { known, identifiers }: UserMemory): Properties | null {
  const { udm_object_type: type, object, id } = state;
  if (type !== 'groups/group' || object === null || groupPlaces(state, identifiers.group) !== null) {
    return null;
  }
  const name = readText(object.oxDbGroupname) ?? nameIn(identifiers.group, id, object);
  const users = readTexts(object.users).flatMap((dn) => known.byDn(dn) ?? []);
  const contexts = users.flatMap(({ isOx, context, oxId }) =>
    isOx && context !== null && oxId !== null ? context : [],
  );
  return name === null || contexts.length === 0
    ? null
    : learntOfGroup(new Map(contexts.map((context) => [context, name])), name);
}
