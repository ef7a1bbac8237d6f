/** Groups: OXGroupService. */
import type { OXGroupService_Group } from '#generated/soap-types.ts';
import { type OxClient, orNull } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import { type Ref, refs } from './refs.ts';

export type OxGroup = OXGroupService_Group;

export function createGroups(client: OxClient, { own }: Callers) {
  return {
    async create(context: number, grp: OxGroup & { name: string }): Promise<void> {
      const { ctx, auth, subject } = own(context, 'group', { name: grp.name });
      await client.call('OXGroupService', 'create', { ctx, grp, auth }, subject);
    },
    /** `members` is the whole list: OX empties a group that is changed without it. */
    async change(context: number, ref: Ref, grp: OxGroup & { name: string; members: number[] }) {
      const { ctx, auth, subject } = own(context, 'group', ref);
      await client.call('OXGroupService', 'change', { ctx, grp: { ...ref, ...grp }, auth }, subject);
    },
    async delete(context: number, ref: Ref) {
      const { ctx, auth, subject } = own(context, 'group', ref);
      await client.call('OXGroupService', 'delete', { ctx, grp: ref, auth }, subject);
    },
    async find(context: number, ref: Ref): Promise<OxGroup | null> {
      const { ctx, auth, subject } = own(context, 'group', ref);
      return orNull(client.call('OXGroupService', 'getData', { ctx, grp: ref, auth }, subject));
    },
    async addMember(context: number, ref: Ref, user: number) {
      const { ctx, auth, subject } = own(context, 'group', ref);
      await client.call('OXGroupService', 'addMember', { ctx, grp: ref, members: refs([user]), auth }, subject);
    },
    /** With their members. Throws where there is no such user. */
    async ofUser(context: number, ref: Ref): Promise<OxGroup[]> {
      const { ctx, auth, subject } = own(context, 'groups of user', ref);
      return client.call('OXGroupService', 'listGroupsForUser', { ctx, usr: ref, auth }, subject);
    },
    async list(context: number): Promise<OxGroup[]> {
      const { ctx, auth, subject } = own(context, 'groups', null);
      return client.call('OXGroupService', 'listAll', { ctx, auth }, subject);
    },
  };
}
