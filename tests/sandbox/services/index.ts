/** The services by name. */

import type { Handlers } from '../world.ts';
import { accounts } from './accounts.ts';
import { contexts } from './contexts.ts';
import { copy } from './copy.ts';
import { groups } from './groups.ts';
import { resources } from './resources.ts';
import { users } from './users.ts';
import { util } from './util.ts';

export const services: Readonly<Record<string, Handlers>> = {
  OXContextService: contexts,
  OXUserService: users,
  OXGroupService: groups,
  OXResourceService: resources,
  OXSecondaryAccountService: accounts,
  OXUserCopyService: copy,
  OXUtilService: util,
};
