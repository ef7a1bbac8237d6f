/** Groups: OXGroupService. */
import type { OXGroupService_Group } from '#generated/soap-types.ts';
import { type OxClient, orNull } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import { operationsOf } from './operations.ts';
import { type Ref, refs } from './refs.ts';

export type OxGroup = OXGroupService_Group;

export function createGroups(client: Pick<OxClient, 'call'>, { own }: Callers) {
  const call = operationsOf(client, 'OXGroupService');
  return {
    create: async (context: number, grp: OxGroup & { name: string }): Promise<unknown> =>
      call('create', own(context, 'group', { name: grp.name }), { grp }),
    /** `members` is the whole list: OX empties a group that is changed without it. */
    change: async (context: number, ref: Ref, grp: OxGroup & { name: string; members: number[] }): Promise<unknown> =>
      call('change', own(context, 'group', ref), { grp: { ...ref, ...grp } }),
    delete: async (context: number, ref: Ref): Promise<unknown> =>
      call('delete', own(context, 'group', ref), { grp: ref }),
    find: async (context: number, ref: Ref): Promise<OxGroup | null> =>
      orNull(call('getData', own(context, 'group', ref), { grp: ref })),
    addMember: async (context: number, ref: Ref, user: number): Promise<unknown> =>
      call('addMember', own(context, 'group', ref), { grp: ref, members: refs([user]) }),
    /** With their members. Throws where there is no such user. */
    ofUser: async (context: number, ref: Ref): Promise<OxGroup[]> =>
      call('listGroupsForUser', own(context, 'groups of user', ref), { usr: ref }),
    list: async (context: number): Promise<OxGroup[]> => call('listAll', own(context, 'groups', null)),
  };
}
