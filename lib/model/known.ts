/** What is known of other objects, from their last states. */
import type { Envelope, ObjectType } from './change.ts';
import { claimKeys } from './claims.ts';
import { readText } from './udm.ts';

/** The part of an object that others need to know. */
export interface KnownObject {
  readonly id: string;
  readonly type: ObjectType;
  /** `isOxUser` or `isOxGroup`; true for types that have no such switch. */
  readonly isOx: boolean;
  /** Where the object is in OX; null: nowhere. */
  readonly context: number | null;
  /** OX's id of a user; null: not known, or in doubt. */
  readonly oxId: number | null;
  /** Another object claims the same id of OX: it counts for nobody until OX has been asked. */
  readonly isInDoubt: boolean;
  /** Its last state cannot be read: this is what it was when it could. */
  readonly isDamaged: boolean;
}

/** A last state that nobody can read. */
export interface DamagedState {
  readonly id: string;
  readonly path: string;
  /** Nobody knows what was in it: it may claim any name, and be anybody whom no other last state explains. */
  readonly isUnknown: boolean;
}

/** Looks only. */
export interface KnownObjectsReader {
  byDn(dn: string): KnownObject | null;
  /** Who is meant by a DN in what the queue file `writtenIn` told: whoever had it then. Empty: it is older than all that is known. */
  meant(dn: string, writtenIn: string): KnownObject | null;
  byId(id: string): KnownObject | null;
  /** The ids of groups and functional accounts whose `users` name this DN. */
  referring(dn: string): readonly string[];
  /** The ids of the objects whose last state claims this (lib/model/claims.ts). */
  claimants(claim: string): readonly string[];
  /** Those that cannot be read; there are few, if any. */
  damaged(): readonly DamagedState[];
  /** The object's last state; null: there is none, or it is damaged. */
  look(id: string): Envelope | null;
}

/** The name in OX of who has this id there, as far as a last state has it; null: none has. */
export function userNameOf(
  known: Pick<KnownObjectsReader, 'claimants' | 'look'>,
  context: number,
  oxId: number,
): string | null {
  const [id] = known.claimants(claimKeys.userId(context, oxId));
  const properties = id === undefined ? null : known.look(id)?.object;
  return readText(properties?.oxDbUsername) ?? readText(properties?.username);
}
