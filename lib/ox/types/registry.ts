/** The object types and what provisions them. */

import type { ObjectType } from '../../model/change.ts';
import { type Place, userPlace } from '../../model/claims.ts';
import type { KnownObjectsReader } from '../../model/known.ts';
import type { Properties } from '../../model/udm.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import type { AccessProfiles } from '../access-profiles.ts';
import type { ContextDeletions } from '../credentials/context-deletions.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Ox } from '../services/ox.ts';
import type { Pause } from '../soap/pause.ts';
import { accessProfileProvisioner } from './access-profile.ts';
import { tellingWhatWasDone } from './account-actions.ts';
import { functionalAccountOperations } from './account-operations.ts';
import { contextOperations, planContext } from './context.ts';
import { planFunctionalAccount } from './functional-account.ts';
import { groupOperations, planGroup } from './group.ts';
import type { AreIdsSure } from './live-ids.ts';
import type { LookAgain } from './look-again.ts';
import { ownershipIn } from './ownership.ts';
import { defineProvisioner } from './reconcile.ts';
import { planResource, resourceOperations } from './resource.ts';
import { planUser } from './user.ts';
import { mappedText } from './user-fields.ts';
import { userOperations } from './user-operations.ts';
import type { UserSettings } from './user-wanted.ts';

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

export type Registry = ReturnType<typeof createRegistry>;

export function createRegistry(deps: RegistryDeps) {
  const { settings, ox, credentials, profiles, known, randomPassword, deletions, lookAgain, areIdsSure, pause } = deps;
  const { language, timezone } = settings;
  const hasCredentials = (context: number): boolean => credentials.find(context) !== null;
  const adminOf = (context: number): string | null => credentials.find(context)?.adminuser ?? null;

  let userSettings: UserSettings | null = null;
  const getUserSettings = (): UserSettings => {
    userSettings ??= {
      mapping: deps.readMapping(),
      imapServer: settings.imapServer,
      smtpServer: settings.smtpServer,
      imapLogin: settings.imapLogin,
      identifier: { setting: 'OX_USER_IDENTIFIER', property: settings.userIdentifier },
    };
    return userSettings;
  };
  const ownership = ownershipIn(known);
  const identifier = settings.userIdentifier;
  const user = { settings: getUserSettings, profiles, adminOf, identifier, ownership };
  const nameOf = (id: string): string | null =>
    userPlace({ id, object: known.look(id)?.object ?? null }, identifier)?.name ?? null;
  const group = {
    identifier: { setting: 'OX_GROUP_IDENTIFIER', property: settings.groupIdentifier },
    known,
    hasCredentials,
    ownership,
  } as const;
  const account = {
    template: settings.functionalAccountLogin,
    known,
    hasCredentials,
    ownership,
    primaryMailOf: (user: Properties) => mappedText(getUserSettings().mapping, 'email1', user),
  };
  const context = {
    ox,
    credentials,
    ownership,
    language,
    timezone,
    randomPassword,
    defaultContext: settings.defaultContext,
    domainName: settings.domainName,
    forgetWithin: deps.forgetWithin,
    deletions,
    pause,
  };

  return {
    'oxmail/oxcontext': defineProvisioner(
      (change) => planContext(change, credentials, ownership),
      contextOperations(context),
      lookAgain,
    ),
    'oxmail/accessprofile': accessProfileProvisioner(profiles, ownership),
    'users/user': defineProvisioner(
      (change) => planUser(change, user),
      userOperations({
        ox,
        ownership,
        nameOf,
        rememberPlace: deps.rememberPlace,
        forgetAccess: deps.forgetAccess,
        language,
        timezone,
        randomPassword,
        lookAgain,
      }),
      lookAgain,
    ),
    'groups/group': defineProvisioner(
      (change) => planGroup(change, group),
      groupOperations(ox, ownership, areIdsSure),
      lookAgain,
    ),
    'oxmail/functional_account': defineProvisioner(
      (change) => planFunctionalAccount(change, account),
      tellingWhatWasDone(ox, (each) => functionalAccountOperations(each, lookAgain, areIdsSure)),
      lookAgain,
    ),
    'oxresources/oxresources': defineProvisioner(
      (change) => planResource(change, { hasCredentials, ownership }),
      resourceOperations(ox, ownership),
      lookAgain,
    ),
  } satisfies Record<ObjectType, Provisioner>;
}
