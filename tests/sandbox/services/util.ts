/** OXUtilService: nothing but the version, which newer servers tell. */

import { asMaster } from '../auth.ts';
import { fieldsOf, textOf } from '../values.ts';
import type { Call, Handlers } from '../world.ts';

export const util: Handlers = {
  /** The master admin's, or that of any context: which of them OX wants is not known. */
  getVersion(call) {
    if (!isAnyAdmin(call)) asMaster(call);
    return call.world.options.version;
  },
};

function isAnyAdmin({ world, args }: Call): boolean {
  const auth = fieldsOf(args, 'auth') ?? {};
  return [...world.contexts.values()].some(
    ({ admin }) =>
      admin !== undefined &&
      textOf(admin.fields, 'name') === textOf(auth, 'login') &&
      textOf(admin.fields, 'password') === textOf(auth, 'password'),
  );
}
