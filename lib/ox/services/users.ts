/** Users: OXUserService, and the copies of OXUserCopyService. */
import type { OXUserService_User, OXUserService_UserModuleAccess } from '#generated/soap-types.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { remedyFor } from '../../errors/remedies.ts';
import { faultOf, isTooLarge, type OxClient, orNull, type Subject } from '../soap/client.ts';
import type { Offers } from '../soap/description.ts';
import { OneByOne } from '../soap/one-by-one.ts';
import type { Callers } from './logins.ts';
import { describeRef, type Ref, refs } from './refs.ts';
import { idOnly, idsByPages, idsOf } from './users-there.ts';

export type OxUser = OXUserService_User;
export type ModuleAccess = OXUserService_UserModuleAccess;

export function createUsers(client: OxClient, { own, master }: Callers, offers: Offers) {
  const copies = new OneByOne();
  const copyOne = async (ref: Ref, source: number, destination: number): Promise<number> => {
    const { auth } = master(source);
    const subject = { object: `user ${describeRef(ref)} from context ${source} to ${destination}`, login: 'master' };
    const input = { user: ref, src: { id: source }, dest: { id: destination }, auth };
    const copy = await client.call('OXUserCopyService', 'copyUser', input, subject);
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
      const { ctx, auth, subject } = own(context, 'user', { name: usrdata.name });
      const operation = access ? 'createByModuleAccess' : 'create';
      const create = (guest: { convertguest?: true }): Promise<OxUser | null> =>
        client.call('OXUserService', 'create', { ctx, usrdata, ...guest, auth }, subject);
      const send = (guest: { convertguest?: true }): Promise<OxUser | null> =>
        access
          ? client.call('OXUserService', 'createByModuleAccess', { ctx, usrdata, access, ...guest, auth }, subject)
          : create(guest);
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
      return requireId(created?.id, 'OXUserService', operation, subject);
    },
    async change(context: number, ref: Ref, fields: OxUser) {
      const { ctx, auth, subject } = own(context, 'user', ref);
      await client.call('OXUserService', 'change', { ctx, usrdata: { ...ref, ...fields }, auth }, subject);
    },
    async changeAccess(context: number, ref: Ref, moduleAccess: ModuleAccess) {
      const { ctx, auth, subject } = own(context, 'user', ref);
      await client.call('OXUserService', 'changeByModuleAccess', { ctx, user: ref, moduleAccess, auth }, subject);
    },
    async delete(context: number, ref: Ref) {
      const { ctx, auth, subject } = own(context, 'user', ref);
      await client.call('OXUserService', 'delete', { ctx, user: ref, auth }, subject);
    },
    /** null: there is no such user. */
    async find(context: number, ref: Ref): Promise<OxUser | null> {
      const { ctx, auth, subject } = own(context, 'user', ref);
      return orNull(client.call('OXUserService', 'getData', { ctx, user: ref, auth }, subject));
    },
    /** Refused as a whole if OX does not know one of them. `trim` answers what is to be kept of a user. */
    async findMany(context: number, refs: readonly Ref[], trim?: (user: OxUser) => OxUser): Promise<OxUser[]> {
      const { ctx, auth, subject } = own(context, `${refs.length} users`, null);
      return client.call('OXUserService', 'getMultipleData', { ctx, users: [...refs], auth }, subject, trim);
    },
    /** Without regard to case. */
    async existsDisplayName(context: number, displayName: string): Promise<boolean> {
      const { ctx, auth, subject } = own(context, 'user of display name', { name: displayName });
      const user = { display_name: displayName };
      return (await client.call('OXUserService', 'exists', { ctx, user, auth }, subject)) === true;
    },
    /** Those whose name or display name is `text`, as the database compares. */
    async search(context: number, text: string): Promise<OxUser[]> {
      const { ctx, auth, subject } = own(context, 'users', null);
      const input = { ctx, search_pattern: asPattern(text), auth };
      const ids = idsOf(await client.call('OXUserService', 'list', input, subject, idOnly));
      return ids.length === 0 ? [] : this.findMany(context, refs(ids));
    },
    async access(context: number, ref: Ref): Promise<ModuleAccess | null> {
      const { ctx, auth, subject } = own(context, 'user', ref);
      return orNull(client.call('OXUserService', 'getModuleAccess', { ctx, user: ref, auth }, subject));
    },
    /** The ids of all users of the context, its admin included. */
    async listIds(context: number): Promise<Set<number>> {
      const { ctx, auth, subject } = own(context, 'users', null);
      try {
        return new Set(idsOf(await client.call('OXUserService', 'listAll', { ctx, auth }, subject, idOnly)));
      } catch (error) {
        if (!isTooLarge(error) || !(await offers('OXUserService', 'list', 'offset'))) {
          throw error;
        }
      }
      return idsByPages((length, offset) => {
        const page = { ctx, search_pattern: '*', auth, length, offset };
        return client.call('OXUserService', 'list', page, subject, idOnly);
      });
    },
    async admin(context: number) {
      const { ctx, auth, subject } = own(context, 'admin', null);
      return client.call('OXUserService', 'getContextAdmin', { ctx, auth }, subject);
    },
    /**
     * Copies with the master admin; the source stays. Answers the new id.
     * OX quirk: it mixes up two copies, whatever their contexts. Seen: docs/ox.md, "Copying users". So: one at a time,
     * and none after one without an answer.
     */
    async copy(ref: Ref, source: number, destination: number): Promise<number> {
      return copies.next(() => copyOne(ref, source, destination));
    },
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
  const fields = { service, operation, object: subject.object };
  throw new ConnectorError(
    'OX_ANSWER_INVALID',
    `${service}.${operation} for ${subject.object} failed: the answer holds no id`,
    { fields, remedy: remedyFor('OX_ANSWER_INVALID', 'invalid', fields) },
  );
}
