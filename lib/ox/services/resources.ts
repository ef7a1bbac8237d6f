/** Resources: OXResourceService. */
import type { OXResourceService_Resource } from '#generated/soap-types.ts';
import { type OxClient, orNull } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import type { Ref } from './refs.ts';

export type OxResource = OXResourceService_Resource;

export function createResources(client: OxClient, { own }: Callers) {
  return {
    async create(context: number, res: OxResource & { name: string }): Promise<void> {
      const { ctx, auth, subject } = own(context, 'resource', { name: res.name });
      await client.call('OXResourceService', 'create', { ctx, res, auth }, subject);
    },
    async change(context: number, ref: Ref, res: OxResource) {
      const { ctx, auth, subject } = own(context, 'resource', ref);
      await client.call('OXResourceService', 'change', { ctx, res: { ...ref, ...res }, auth }, subject);
    },
    async delete(context: number, ref: Ref) {
      const { ctx, auth, subject } = own(context, 'resource', ref);
      await client.call('OXResourceService', 'delete', { ctx, res: ref, auth }, subject);
    },
    async find(context: number, ref: Ref): Promise<OxResource | null> {
      const { ctx, auth, subject } = own(context, 'resource', ref);
      return orNull(client.call('OXResourceService', 'getData', { ctx, res: ref, auth }, subject));
    },
    async list(context: number): Promise<OxResource[]> {
      const { ctx, auth, subject } = own(context, 'resources', null);
      return client.call('OXResourceService', 'listAll', { ctx, auth }, subject);
    },
  };
}
