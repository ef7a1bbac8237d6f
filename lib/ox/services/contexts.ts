/** Contexts, with the login of the master: OXContextService. */
import type { OXContextService_Context, OXContextService_User } from '#generated/soap-types.ts';
import { faultOf, type OxClient } from '../soap/client.ts';
import type { Callers } from './logins.ts';

export type OxContext = OXContextService_Context;
export type OxAdmin = OXContextService_User;

export function createContexts(client: OxClient, { master }: Callers) {
  return {
    async create(ctx: OxContext & { id: number }, adminUser: OxAdmin) {
      const { auth, subject } = master(ctx.id);
      await client.call('OXContextService', 'create', { ctx, admin_user: adminUser, auth }, subject);
    },
    async change(ctx: OxContext & { id: number }) {
      const { auth, subject } = master(ctx.id);
      await client.call('OXContextService', 'change', { ctx, auth }, subject);
    },
    async delete(context: number) {
      const { ctx, auth, subject } = master(context);
      await client.call('OXContextService', 'delete', { ctx, auth }, subject);
    },
    /** null: there is no such context. */
    async find(context: number): Promise<OxContext | null> {
      const { ctx, auth, subject } = master(context);
      try {
        return await client.call('OXContextService', 'getData', { ctx, auth }, subject);
      } catch (error) {
        if (faultOf(error)?.isNoSuchContext) {
          return null;
        }
        throw error;
      }
    },
    async exists(context: number): Promise<boolean> {
      const { ctx, auth, subject } = master(context);
      return (await client.call('OXContextService', 'exists', { ctx, auth }, subject)) === true;
    },
    async list(): Promise<OxContext[]> {
      const { auth } = master(0);
      return client.call('OXContextService', 'listAll', { auth }, { object: 'all contexts', login: 'master' });
    },
  };
}
