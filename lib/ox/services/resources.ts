/** Resources: OXResourceService. */
import type { OXResourceService_Resource } from '#generated/soap-types.ts';
import { type OxClient, orNull } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import { operationsOf } from './operations.ts';
import type { Ref } from './refs.ts';

export type OxResource = OXResourceService_Resource;

export function createResources(client: Pick<OxClient, 'call'>, { own }: Callers) {
  const call = operationsOf(client, 'OXResourceService');
  return {
    create: async (context: number, res: OxResource & { name: string }): Promise<unknown> =>
      call('create', own(context, 'resource', { name: res.name }), { res }),
    change: async (context: number, ref: Ref, res: OxResource): Promise<unknown> =>
      call('change', own(context, 'resource', ref), { res: { ...ref, ...res } }),
    delete: async (context: number, ref: Ref): Promise<unknown> =>
      call('delete', own(context, 'resource', ref), { res: ref }),
    find: async (context: number, ref: Ref): Promise<OxResource | null> =>
      orNull(call('getData', own(context, 'resource', ref), { res: ref })),
    list: async (context: number): Promise<OxResource[]> => call('listAll', own(context, 'resources', null)),
  };
}
