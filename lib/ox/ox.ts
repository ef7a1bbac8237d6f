/**
 * OX's provisioning operations as the provisioners use them: one function each, with the login it needs
 * (docs/ox.md, "Logins"); one file a service in `services/`.
 */
import type { OxClient } from './client.ts';
import type { Offers } from './description.ts';
import { authOf, callersWith, type Logins } from './logins.ts';
import { createAccounts } from './services/accounts.ts';
import { createContexts } from './services/contexts.ts';
import { createGroups } from './services/groups.ts';
import { createResources } from './services/resources.ts';
import { createUsers } from './services/users.ts';

export type { Ref } from './refs.ts';
export type { OxAccount, OxAccountData } from './services/accounts.ts';
export type { OxAdmin, OxContext } from './services/contexts.ts';
export type { OxGroup } from './services/groups.ts';
export type { OxResource } from './services/resources.ts';
export type { ModuleAccess, OxUser } from './services/users.ts';

export type Ox = ReturnType<typeof createOx>;

export function createOx(client: OxClient, logins: Logins, offers: Offers = async () => false) {
  const callers = callersWith(logins);
  return {
    /** With the login of the context's admin; null: with the master's. Servers before 8.35.276 refuse it. */
    async version(context: number | null): Promise<string | null> {
      const auth = authOf(context === null ? logins.ofMaster() : logins.ofContext(context));
      const subject = { object: 'the version of OX', login: context === null ? 'master' : String(context) };
      return client.call('OXUtilService', 'getVersion', { auth }, subject);
    },
    users: createUsers(client, callers, offers),
    groups: createGroups(client, callers),
    resources: createResources(client, callers),
    accounts: createAccounts(client, callers),
    contexts: createContexts(client, callers),
  };
}
