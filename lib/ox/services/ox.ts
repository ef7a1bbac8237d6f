/**
 * OX's provisioning operations as the provisioners use them: one function each, with the login it needs
 * (docs/ox.md, "Logins"); one file a service in `services/`.
 */
import type { OxClient } from '../soap/client.ts';
import type { Offers } from '../soap/description.ts';
import { createAccounts } from './accounts.ts';
import { createContexts } from './contexts.ts';
import { createGroups } from './groups.ts';
import { authOf, callersWith, type Logins } from './logins.ts';
import { createResources } from './resources.ts';
import { createUsers } from './users.ts';

export type { OxAccount, OxAccountData } from './accounts.ts';
export type { OxAdmin, OxContext } from './contexts.ts';
export type { OxGroup } from './groups.ts';
export type { Ref } from './refs.ts';
export type { OxResource } from './resources.ts';
export type { ModuleAccess, OxUser } from './users.ts';

export type Ox = ReturnType<typeof createOx>;

export function createOx(client: Pick<OxClient, 'call'>, logins: Logins, offers: Offers = async () => false) {
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
