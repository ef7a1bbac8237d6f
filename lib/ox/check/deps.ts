/** What the parts of `check` work with, and the way from a last state to what it wants of OX. */

import type { LastStates } from '../../memory/last-state.ts';
import { type Change, type Envelope, type ObjectType, withoutLearnt, writtenIn } from '../../model/change.ts';
import type { KnownObject, KnownObjectsReader } from '../../model/known.ts';
import type { Properties } from '../../model/udm.ts';
import type { Inbox } from '../../queue/inbox.ts';
import type { Settings } from '../../settings/settings.ts';
import type { AccessProfiles } from '../access-profiles.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Ox } from '../services/ox.ts';
import type { Registry } from '../types/registry.ts';

export interface CheckDeps {
  readonly settings: Settings;
  readonly inbox: Inbox;
  readonly credentials: Credentials;
  readonly profiles: AccessProfiles;
  readonly lastStates: LastStates;
  readonly known: KnownObjectsReader & { list(type: ObjectType): KnownObject[] };
  /** A run may be at work meanwhile: what the last states claim by now. */
  readonly lookAgain: () => Pick<KnownObjectsReader, 'claimants'> & { close(): void };
  readonly ox: Ox;
  readonly registry: (known: KnownObjectsReader) => Registry;
  /** What is wrong with the properties of an object of this type. */
  readonly mistakesIn: (type: ObjectType, properties: Properties) => readonly string[];
  /** Also compare the module access, which takes one call for each user. */
  readonly withAccess: boolean;
  readonly progress: (done: number, total: number) => void;
}

/** What compares with OX says each object that it has compared, once for each context. */
export interface ComparisonDeps extends CheckDeps {
  readonly compared: (type: ObjectType) => void;
}

/** The change that provisioning the last state once more would be; of an object that waits to be removed, its deletion. */
export function unchanged(state: Envelope): Change {
  const before = state.object ?? {};
  const after = before.oxDbDeletion === true ? null : withoutLearnt(before);
  const { id, udm_object_type: type, dn } = state;
  return { id, type, dn, before, formerDn: dn, after, writtenIn: writtenIn(before) };
}
