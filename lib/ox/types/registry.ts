/** The object types and what provisions them. */

import type { ObjectType } from '../../model/change.ts';
import { type Place, userPlace } from '../../model/claims.ts';
import type { KnownObjectsReader } from '../../model/known.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import type { AccessProfiles } from '../access-profiles.ts';
import type { ContextDeletions } from '../credentials/context-deletions.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Ox } from '../services/ox.ts';
import type { Pause } from '../soap/pause.ts';
import { accessProfileProvisioner } from './access-profile.ts';
import { functionalAccountOperations } from './account-operations.ts';
import { contextOperations, planContext } from './context.ts';
import { planFunctionalAccount } from './functional-account.ts';
import { groupOperations, planGroup } from './group.ts';
import type { AreIdsSure } from './live-ids.ts';
import type { LookAgain } from './look-again.ts';
import { type Ownership, ownershipIn } from './ownership.ts';
import { defineProvisioner } from './reconcile.ts';
import { planResource, resourceOperations } from './resource.ts';
import { planUser } from './user.ts';
import { userOperations } from './user-operations.ts';

export interface RegistryDeps {
  readonly settings: Settings;
  readonly ox: Ox;
  readonly credentials: Credentials;
  readonly profiles: AccessProfiles;
  readonly known: KnownObjectsReader;
  /** Reads the mapping when the first OX user comes; throws MAPPING_BROKEN. */
  readonly readMapping: () => Mapping;
  readonly randomPassword: () => string;
  /** Notes durably that OX has an object at a further place. */
  readonly rememberPlace: (id: string, place: Place) => void;
  /** Notes durably that it is not known any more what OX was told of a user's access. */
  readonly forgetAccess: (id: string) => void;
  /** Notes durably that nobody has anything in a context of this number: one is about to be made. */
  readonly forgetWithin: (context: number) => void;
  readonly deletions: ContextDeletions;
  readonly lookAgain: LookAgain;
  readonly areIdsSure: AreIdsSure;
  readonly pause: Pause;
}

export interface UserSettings extends Settings {
  readonly mapping: Mapping;
}

/** What plans and operations have in common. */
export interface Parts extends RegistryDeps {
  readonly ownership: Ownership;
  readonly hasCredentials: (context: number) => boolean;
  /** The name of the context's admin; null: we have no credentials for the context. */
  readonly adminOf: (context: number) => string | null;
  /** With the mapping, which is read once. */
  readonly userSettings: () => UserSettings;
  /** The name in OX of the user with this id, according to its last state. */
  readonly nameOfUser: (id: string) => string | null;
}

export type Registry = ReturnType<typeof createRegistry>;

export function createRegistry(deps: RegistryDeps) {
  const { settings, credentials, known } = deps;
  let userSettings: UserSettings | null = null;
  const parts: Parts = {
    ...deps,
    ownership: ownershipIn(known),
    hasCredentials: (context) => credentials.find(context) !== null,
    adminOf: (context) => credentials.find(context)?.adminuser ?? null,
    userSettings: () => {
      userSettings ??= { ...settings, mapping: deps.readMapping() };
      return userSettings;
    },
    nameOfUser: (id) =>
      userPlace({ id, object: known.look(id)?.object ?? null }, settings.userIdentifier)?.name ?? null,
  };
  return {
    'oxmail/oxcontext': defineProvisioner(planContext, contextOperations, parts),
    'oxmail/accessprofile': accessProfileProvisioner(parts),
    'users/user': defineProvisioner(planUser, userOperations, parts),
    'groups/group': defineProvisioner(planGroup, groupOperations, parts),
    'oxmail/functional_account': defineProvisioner(planFunctionalAccount, functionalAccountOperations, parts),
    'oxresources/oxresources': defineProvisioner(planResource, resourceOperations, parts),
  } satisfies Record<ObjectType, Provisioner>;
}
