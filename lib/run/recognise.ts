/** What a file of the queue is about: which object, under which id, and what is to be done for it. No effects. */

import { ifPossible } from '../errors/if-possible.ts';
import type { Envelope } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import { readTexts } from '../model/udm.ts';
import type { Turn } from '../queue/order.ts';
import { type Identity, type IdentityDeps, identify, placesOf, speaksAgainst } from './identity.ts';
import type { Round } from './round.ts';
import type { World } from './world.ts';

export type RecogniseDeps = Pick<World, 'inbox' | 'memory'>;

/** What a file turns out to be. */
export type Recognised =
  | { readonly what: 'gone' }
  /** `why`: for the log. */
  | { readonly what: 'nothing to do'; readonly given: Envelope; readonly why: string }
  | { readonly what: 'note'; readonly given: Envelope; readonly stateId: string | null; readonly dropped: string }
  | { readonly what: 'change'; readonly given: Envelope; readonly envelope: Envelope; readonly identity: Identity };

/** `read`: how the file is read. Throws what is wrong with it, or with the last state. */
export function recognise(
  turn: Turn,
  round: Round,
  read: (name: string) => Envelope | null,
  { inbox, memory }: RecogniseDeps,
): Recognised {
  const given = read(turn.name);
  if (given === null) {
    return { what: 'gone' };
  }
  const waitingBefore: IdentityDeps['waitingBefore'] = (id, formerIds, name) => {
    const earlier = round.latestBefore(id, formerIds, name);
    const envelope = earlier && inbox.read(earlier.name);
    return earlier && envelope && { name: earlier.name, envelope };
  };
  const identity = identify(given, turn.name, { memory, waitingBefore });
  if (given.oxConnectorGivenUp !== undefined) {
    return { what: 'note', given, stateId: identity.stateId, dropped: given.oxConnectorGivenUp };
  }
  // What the Provisioning API has told of it is still so after a file of the listener converter.
  const { provisioning = identity.before?.provisioning } = given;
  const envelope = given.oxConnectorReprovision ? asItStands(identity.before) : { ...given, provisioning };
  if (given.oxConnectorForgetId && identity.before?.object) {
    const { oxDbId: _, ...object } = identity.before.object;
    return {
      what: 'change',
      given,
      envelope: asItStands(identity.before) ?? given,
      identity: { ...identity, before: { ...identity.before, object: { ...object, oxDbForgotten: true } } },
    };
  }
  if (identity.isLate) {
    return { what: 'nothing to do', given, why: 'dropped, the object has another id now' };
  }
  if (envelope === null || (envelope.object === null && identity.before === null)) {
    return { what: 'nothing to do', given, why: 'dropped, the object was never provisioned' };
  }
  return { what: 'change', given, envelope, identity };
}

/** A later file of the same object, maybe under another id: it takes the place of this one. */
export function newerThan(turn: Turn, round: Round, deps: RecogniseDeps): Turn | null {
  const { memory, inbox } = deps;
  const newer = round.newerThan(turn);
  if (newer !== null) {
    return newer;
  }
  const state = memory.look(turn.id);
  // What was never provisioned is known from its own file: who has its DN later is the same, or it is not there any more.
  const known = state ?? ifPossible(() => inbox.read(turn.name));
  if (known === null) {
    return null;
  }
  const ids = [turn.id, ...readTexts(known.object?.oxDbFormerIds).map((id) => id.toLowerCase())];
  const others = round.at([...ids, `dn:${dnKey(known.dn)}`], (other) => placesOfStranger(other, deps));
  const isOfObject = (other: Turn): boolean => {
    const found = ifPossible(() => recognise(other, round, (name) => inbox.read(name), deps));
    if (found?.what !== 'change') {
      return false;
    }
    const { identity, envelope } = found;
    return state === null
      ? identity.stateId === null && dnKey(envelope.dn) === dnKey(known.dn) && !speaksAgainst(known, envelope)
      : identity.isRenumbered && identity.stateId === turn.id;
  };
  const place = round.positionOf(turn);
  const isLater = (other: Turn): boolean => other.type === turn.type && round.positionOf(other) > place;
  const later = round.inOrder([...others].filter((other) => !other.isOver && isLater(other)));
  return later.find((other) => other.id !== turn.id && !memory.has(other.id) && isOfObject(other)) ?? null;
}

/** Where the news of an object that is new to us say that it is, or was. */
function placesOfStranger({ id, name, isNews }: Turn, { memory, inbox }: RecogniseDeps): readonly string[] {
  const envelope = isNews && !memory.has(id) ? ifPossible(() => inbox.read(name)) : null;
  return envelope === null ? [] : [id, ...placesOf(envelope)];
}

/** What a mark asks for: the last state once more, be it a deletion that could not be carried out. */
function asItStands(state: Envelope | null): Envelope | null {
  return state?.object?.oxDbDeletion === true ? { ...state, object: null } : state;
}
