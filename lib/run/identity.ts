/**
 * Which object a queue file is about. A site can change from LDAP's entryUUID to univentionObjectIdentifier, so that an
 * object comes again, unchanged, under another id; a DN that became free passes on to somebody else (docs/behaviour.md,
 * "Ids that change").
 */

import type { Memory } from '../memory/memory.ts';
import { type Envelope, type Origin, originOf } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import { TYPES } from '../model/types.ts';
import { isSameWord, type Properties, readText, readTexts } from '../model/udm.ts';
import { comparePlaces } from '../queue/listing.ts';

export interface Identity {
  /** The object's last state; null: it is new to us. */
  readonly before: Envelope | null;
  /** The id that the last state is stored under, in lower case. */
  readonly stateId: string | null;
  /** That is another one than the file has. */
  readonly isRenumbered: boolean;
  /** A deletion under an id that the object has no more. */
  readonly isLate: boolean;
  /** The last state of another object, which had the DN before. */
  readonly displaced: Envelope | null;
  /** The queue file by which that one gave the DN up; null: nobody knows. */
  readonly displacedBy: string | null;
}

export interface IdentityDeps {
  readonly memory: Memory;
  /** The latest change of an object that waits before the file `name`; null: none does. */
  readonly waitingBefore: (
    id: string,
    formerIds: readonly string[],
    name: string,
  ) => { readonly name: string; readonly envelope: Pick<Envelope, 'dn' | 'object'> } | null;
}

const UNKNOWN: Identity = {
  before: null,
  stateId: null,
  isRenumbered: false,
  isLate: false,
  displaced: null,
  displacedBy: null,
};

/** `name`: of the queue file. No effects. Throws LAST_STATE_BROKEN. */
export function identify(envelope: Envelope, name: string, deps: IdentityDeps): Identity {
  const { memory } = deps;
  const own = memory.read(envelope.id);
  if (own !== null) {
    return {
      ...UNKNOWN,
      before: own,
      stateId: envelope.id.toLowerCase(),
      ...formerHolder(envelope, own, name, deps),
    };
  }
  const current = memory.currentId(envelope.id);
  if (current !== null) {
    const isLate = envelope.object === null && !envelope.oxConnectorReprovision;
    return { ...UNKNOWN, before: memory.read(current), stateId: current, isRenumbered: true, isLate };
  }
  if (envelope.oxConnectorReprovision) {
    return UNKNOWN;
  }
  return toldBySource(envelope, name, deps) ?? toldByDn(envelope, name, deps);
}

/** The message that the file was made of told LDAP's id as well, or where the object was before it was moved. */
function toldBySource(envelope: Envelope, name: string, deps: IdentityDeps): Identity | null {
  const { memory } = deps;
  const { entryUUID, formerDn } = textsOf(originOf(envelope));
  const byId = entryUUID === null ? null : (memory.currentId(entryUUID) ?? entryUUID.toLowerCase());
  const byDn = formerDn === null ? null : memory.holderOf(formerDn, envelope.udm_object_type);
  for (const stateId of [byId, byDn]) {
    const state = stateId === null ? null : memory.read(stateId);
    if (stateId === null || state === null || state.udm_object_type !== envelope.udm_object_type) {
      continue;
    }
    if (stateId === byId || (givenUpBy(state, name, deps) === null && !speaksAgainst(state, envelope))) {
      const displacement = formerHolder(envelope, state, name, deps);
      return { ...UNKNOWN, before: state, stateId, isRenumbered: true, ...displacement };
    }
  }
  return null;
}

/** Whoever has the DN, unless something speaks against it: the object would have come again under another id. */
function toldByDn(envelope: Envelope, name: string, deps: IdentityDeps): Identity {
  const holder = deps.memory.holderOf(envelope.dn, envelope.udm_object_type);
  const state = holder === null ? null : deps.memory.read(holder);
  if (holder === null || state === null) {
    return UNKNOWN;
  }
  const displacedBy = givenUpBy(state, name, deps);
  return displacedBy !== null || speaksAgainst(state, envelope)
    ? { ...UNKNOWN, displaced: envelope.object === null ? null : state, displacedBy }
    : { ...UNKNOWN, before: state, stateId: holder, isRenumbered: true };
}

function textsOf(origin: Partial<Origin> | null): { entryUUID: string | null; formerDn: string | null } {
  return { entryUUID: readText(origin?.entryUUID), formerDn: readText(origin?.formerDn) };
}

/** What must not be in flight when the object is looked up by what its message told. */
export function placesOf(envelope: Envelope): string[] {
  const { entryUUID, formerDn } = textsOf(originOf(envelope));
  return [
    `dn:${dnKey(envelope.dn)}`,
    ...(formerDn === null ? [] : [`dn:${dnKey(formerDn)}`]),
    ...(entryUUID === null ? [] : [entryUUID.toLowerCase()]),
  ];
}

/** Whoever had the DN that a known object gets, and has given it up although OX does not have that. */
function formerHolder(envelope: Envelope, own: Envelope, name: string, deps: IdentityDeps): Partial<Identity> {
  if (envelope.oxConnectorReprovision || envelope.object === null || dnKey(envelope.dn) === dnKey(own.dn)) {
    return {};
  }
  const holder = deps.memory.holderOf(envelope.dn, envelope.udm_object_type);
  const displaced = holder === null || isSameWord(holder, own.id) ? null : deps.memory.read(holder);
  const displacedBy = displaced && givenUpBy(displaced, name, deps);
  return displacedBy === null ? {} : { displaced, displacedBy };
}

/** The file of a change before this one that has given the DN up, by a rename or a deletion, and that OX does not have. */
function givenUpBy(state: Envelope, name: string, { waitingBefore }: IdentityDeps): string | null {
  const waiting = waitingBefore(state.id, readTexts(state.object?.oxDbFormerIds), name);
  if (waiting !== null) {
    return givesUp(waiting.envelope, state) ? waiting.name : null;
  }
  const refused = readText(state.object?.oxDbGivenUp);
  return refused !== null && comparePlaces(refused, name) < 0 ? refused : null;
}

/** Whether the object of `state` has another DN, or none, after this change. */
export function givesUp(change: Pick<Envelope, 'dn' | 'object'>, state: Envelope): boolean {
  return change.object === null || dnKey(change.dn) !== dnKey(state.dn);
}

/**
 * Notes durably with the object's last state whether a change that OX does not have, the file `name`, has given up its DN.
 * `stateId`: what the last state is stored under.
 */
export function noteGivenUp(
  change: Pick<Envelope, 'dn' | 'object'>,
  stateId: string,
  name: string,
  memory: Memory,
): void {
  const state = memory.read(stateId);
  if (!state?.object) {
    return;
  }
  const { oxDbGivenUp, ...rest } = state.object;
  const note = givesUp(change, state) ? (oxDbGivenUp ?? name) : undefined;
  if (typeof note === 'string' && state.object.oxDbDnLost !== true) {
    memory.noteFormerDn(state.dn, stateId, note);
  }
  if (note !== oxDbGivenUp) {
    memory.put({ ...state, object: note === undefined ? rest : { ...rest, oxDbGivenUp: note } });
  }
}

/**
 * Signs that two objects with one DN are different ones. A number outweighs an identifier: some sites have rewritten the
 * identifiers.
 */
export function speaksAgainst(state: Envelope, { object, udm_object_type: type }: Envelope): boolean {
  const differ = (property: string): boolean | null => {
    const [had, has] = [textOf(state.object, property), textOf(object, property)];
    return had === null || has === null ? null : had !== has;
  };
  const { number } = TYPES[type];
  return (number === undefined ? null : differ(number)) ?? differ('univentionObjectIdentifier') ?? false;
}

function textOf(properties: Properties | null, property: string): string | null {
  return readText(properties?.[property])?.trim().toLowerCase() || null;
}

/** The last state under its new id, with all that was learnt. */
export function underNewId(state: Envelope, formerId: string, id: string): Envelope {
  const former = new Set([...readTexts(state.object?.oxDbFormerIds), formerId]);
  former.delete(id.toLowerCase());
  const learnt = { oxDbFirstId: state.object?.oxDbFirstId ?? state.id, oxDbFormerIds: [...former] };
  return { ...state, id, object: { ...state.object, ...learnt } };
}
