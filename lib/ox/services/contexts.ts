/** Contexts, with the login of the master: OXContextService. */
import type { OXContextService_Context, OXContextService_User } from '#generated/soap-types.ts';
import { nullWhere, type OxClient } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import { operationsOf } from './operations.ts';

export type OxContext = OXContextService_Context;
export type OxAdmin = OXContextService_User;

export function createContexts(client: Pick<OxClient, 'call'>, { master }: Callers) {
  const call = operationsOf(client, 'OXContextService');
  return {
    create: async (ctx: OxContext & { id: number }, adminUser: OxAdmin): Promise<unknown> =>
      call('create', master(ctx.id), { ctx, admin_user: adminUser }),
    change: async (ctx: OxContext & { id: number }): Promise<unknown> => call('change', master(ctx.id), { ctx }),
    delete: async (context: number): Promise<unknown> => call('delete', master(context)),
    /** null: there is no such context. */
    find: async (context: number): Promise<OxContext | null> =>
      nullWhere((fault) => fault.isNoSuchContext, call('getData', master(context))),
    exists: async (context: number): Promise<boolean> => (await call('exists', master(context))) === true,
    async list(): Promise<OxContext[]> {
      const { auth } = master(0);
      return call('listAll', { auth, subject: { object: 'all contexts', login: 'master' } });
    },
  };
}
