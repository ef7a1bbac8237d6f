/** Users: OXUserService, and the copies of OXUserCopyService. */
import type { OXUserService_User, OXUserService_UserModuleAccess } from '#generated/soap-types.ts';
import { answerInvalid, faultOf, isTooLarge, type OxClient, orNull, type Subject } from '../soap/client.ts';
import type { Offers } from '../soap/description.ts';
import { OneByOne } from '../soap/one-by-one.ts';
import type { Callers } from './logins.ts';
import { operationsOf } from './operations.ts';
import { describeRef, type Ref, refs } from './refs.ts';
import { idOnly, idsByPages, idsOf } from './users-there.ts';

export type OxUser = OXUserService_User;
export type ModuleAccess = OXUserService_UserModuleAccess;

export function createUsers(client: Pick<OxClient, 'call'>, { own, master }: Callers, offers: Offers) {
  const call = operationsOf(client, 'OXUserService');
  const copyUser = operationsOf(client, 'OXUserCopyService');
  const copies = new OneByOne();
  const copyOne = async (ref: Ref, source: number, destination: number): Promise<number> => {
    const { auth } = master(source);
    const subject = { object: `user ${describeRef(ref)} from context ${source} to ${destination}`, login: 'master' };
    const input = { user: ref, src: { id: source }, dest: { id: destination } };
    const copy = await copyUser('copyUser', { auth, subject }, input);
    return requireId(copy?.id, 'OXUserCopyService', 'copyUser', subject);
  };

  return {
    /**
     * Without `access` the user gets the module access of the context's admin. Answers the new id.
     * OX quirk: the address of a guest is refused, until it is told to make a user of the guest. Seen: not yet, told for
     * newer servers (docs/ox.md, "Versions"). So: it is told where the refusal speaks of one and the server knows the
     * parameter; others would refuse it.
     */
    async create(context: number, usrdata: OxUser & { name: string }, access: ModuleAccess | null): Promise<number> {
      const caller = own(context, 'user', { name: usrdata.name });
      const operation = access ? 'createByModuleAccess' : 'create';
      const create = (guest: { convertguest?: true }): Promise<OxUser | null> =>
        call('create', caller, { usrdata, ...guest });
      const send = (guest: { convertguest?: true }): Promise<OxUser | null> =>
        access ? call('createByModuleAccess', caller, { usrdata, access, ...guest }) : create(guest);
      const knows = (each: string): Promise<boolean> => offers('OXUserService', each, 'convertguest');
      const created = await send({}).catch(async (error: unknown) => {
        if (!faultOf(error)?.isAboutGuest) {
          throw error;
        }
        if (await knows(operation)) {
          return send({ convertguest: true });
        }
        if (access === null || !(await knows('create'))) {
          throw error;
        }
        const user = await create({ convertguest: true });
        await this.changeAccess(context, { name: usrdata.name }, access);
        return user;
      });
      return requireId(created?.id, 'OXUserService', operation, caller.subject);
    },
    change: async (context: number, ref: Ref, fields: OxUser): Promise<unknown> =>
      call('change', own(context, 'user', ref), { usrdata: { ...ref, ...fields } }),
    changeAccess: async (context: number, ref: Ref, moduleAccess: ModuleAccess): Promise<unknown> =>
      call('changeByModuleAccess', own(context, 'user', ref), { user: ref, moduleAccess }),
    delete: async (context: number, ref: Ref): Promise<unknown> =>
      call('delete', own(context, 'user', ref), { user: ref }),
    /** null: there is no such user. */
    find: async (context: number, ref: Ref): Promise<OxUser | null> =>
      orNull(call('getData', own(context, 'user', ref), { user: ref })),
    /** Refused as a whole if OX does not know one of them. `trim` answers what is to be kept of a user. */
    findMany: async (context: number, refs: readonly Ref[], trim?: (user: OxUser) => OxUser): Promise<OxUser[]> =>
      call('getMultipleData', own(context, `${refs.length} users`, null), { users: [...refs] }, trim),
    /** Without regard to case. */
    existsDisplayName: async (context: number, displayName: string): Promise<boolean> => {
      const caller = own(context, 'user of display name', { name: displayName });
      return (await call('exists', caller, { user: { display_name: displayName } })) === true;
    },
    /** Those whose name or display name is `text`, as the database compares. */
    async search(context: number, text: string): Promise<OxUser[]> {
      const found = await call('list', own(context, 'users', null), { search_pattern: asPattern(text) }, idOnly);
      const ids = idsOf(found);
      return ids.length === 0 ? [] : this.findMany(context, refs(ids));
    },
    access: async (context: number, ref: Ref): Promise<ModuleAccess | null> =>
      orNull(call('getModuleAccess', own(context, 'user', ref), { user: ref })),
    /** The ids of all users of the context, its admin included. */
    async listIds(context: number): Promise<Set<number>> {
      const caller = own(context, 'users', null);
      try {
        return new Set(idsOf(await call('listAll', caller, null, idOnly)));
      } catch (error) {
        if (!isTooLarge(error) || !(await offers('OXUserService', 'list', 'offset'))) {
          throw error;
        }
      }
      return idsByPages((length, offset) => call('list', caller, { search_pattern: '*', length, offset }, idOnly));
    },
    admin: async (context: number) => call('getContextAdmin', own(context, 'admin', null)),
    /**
     * Copies with the master admin; the source stays. Answers the new id.
     * OX quirk: it mixes up two copies, whatever their contexts. Seen: docs/ox.md, "Copying users". So: one at a time,
     * and none after one without an answer.
     */
    copy: async (ref: Ref, source: number, destination: number): Promise<number> =>
      copies.next(() => copyOne(ref, source, destination)),
  };
}

/** In the search of OX `*` is any text; the rest goes to the database, where `_` and `%` mean something too. */
function asPattern(text: string): string {
  return text.replace(/[\\_%]/g, '\\$&');
}

/** Without its id the user would stay out of its groups: better ask again, when it is found by its name. */
function requireId(id: number | null | undefined, service: string, operation: string, subject: Subject): number {
  if (typeof id === 'number') {
    return id;
  }
  throw answerInvalid({ service, operation, object: subject.object }, 'failed: the answer holds no id');
}
