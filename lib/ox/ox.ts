/**
 * OX's provisioning operations as the provisioners use them: one function each, with the login it needs
 * (docs/ox.md, "Logins").
 */
import type {
  OXContextService_Context,
  OXContextService_User,
  OXGroupService_Group,
  OXResourceService_Resource,
  OXSecondaryAccountService_Account,
  OXSecondaryAccountService_AccountDataOnCreate,
  OXSecondaryAccountService_AccountDataUpdate,
  OXUserService_User,
  OXUserService_UserModuleAccess,
} from '#generated/soap-types.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { remedyFor } from '../errors/remedies.ts';
import { faultOf, isTooLarge, type OxClient, type Subject } from './client.ts';
import type { Offers } from './description.ts';
import { OneByOne } from './one-by-one.ts';
import { idOnly, idsByPages, idsOf } from './users-there.ts';

export type OxUser = OXUserService_User;
export type OxAdmin = OXContextService_User;
export type OxGroup = OXGroupService_Group;
export type OxResource = OXResourceService_Resource;
export type OxContext = OXContextService_Context;
export type OxAccount = OXSecondaryAccountService_Account;
export type OxAccountData = OXSecondaryAccountService_AccountDataOnCreate;
export type ModuleAccess = OXUserService_UserModuleAccess;

/** An object in a context: OX takes the id if there is one, else the name. */
export type Ref = { readonly id: number; readonly name?: string } | { readonly name: string };

export interface Login {
  readonly adminuser: string;
  readonly adminpass: string;
}

export interface Logins {
  /** Throws if the context has no entry: plans skip such contexts. */
  ofContext(context: number): Login;
  ofMaster(): Login;
}

export type Ox = ReturnType<typeof createOx>;

export function createOx(client: OxClient, logins: Logins, offers: Offers = async () => false) {
  const own = (context: number, kind: string, ref: Ref | null) => {
    const login = logins.ofContext(context);
    const which = ref === null ? `${kind} of` : `${kind} ${describeRef(ref)} in`;
    return {
      ctx: { id: context },
      auth: { login: login.adminuser, password: login.adminpass },
      subject: { object: `${which} context ${context}`, login: String(context) } satisfies Subject,
    };
  };
  const master = (context: number) => {
    const login = logins.ofMaster();
    return {
      ctx: { id: context },
      auth: { login: login.adminuser, password: login.adminpass },
      subject: { object: `context ${context}`, login: 'master' } satisfies Subject,
    };
  };

  const copies = new OneByOne();
  const copyOne = async (ref: Ref, source: number, destination: number): Promise<number> => {
    const { auth } = master(source);
    const subject = { object: `user ${describeRef(ref)} from context ${source} to ${destination}`, login: 'master' };
    const input = { user: ref, src: { id: source }, dest: { id: destination }, auth };
    const copy = await client.call('OXUserCopyService', 'copyUser', input, subject);
    return requireId(copy?.id, 'OXUserCopyService', 'copyUser', subject);
  };

  return {
    /** With the login of the context's admin; null: with the master's. Servers before 8.35.276 refuse it. */
    async version(context: number | null): Promise<string | null> {
      const { adminuser, adminpass } = context === null ? logins.ofMaster() : logins.ofContext(context);
      const subject = { object: 'the version of OX', login: context === null ? 'master' : String(context) };
      const auth = { login: adminuser, password: adminpass };
      return client.call('OXUtilService', 'getVersion', { auth }, subject);
    },
    users: {
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
        const { ctx, auth, subject } = own(context, 'user', { name: displayName });
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
    },
    groups: {
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
    },
    resources: {
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
    },
    accounts: {
      async create(context: number, users: readonly number[], data: OxAccountData) {
        const { ctx, auth, subject } = own(context, 'secondary account', { name: data.primaryAddress ?? '' });
        const input = { accountDataOnCreate: data, context: ctx, users: refs(users), auth };
        await client.call('OXSecondaryAccountService', 'create', input, subject);
      },
      async update(
        context: number,
        users: readonly number[],
        address: string,
        data: OXSecondaryAccountService_AccountDataUpdate,
      ) {
        const { ctx, auth, subject } = own(context, 'secondary account', { name: address });
        const input = { primaryAddress: address, accountDataUpdate: data, context: ctx, users: refs(users), auth };
        await client.call('OXSecondaryAccountService', 'update', input, subject);
      },
      /**
       * OX quirk: `delete` reaches the primary account too. Seen: docs/ox.md, "Secondary accounts". So: callers leave
       * out users whose own address it is.
       */
      async delete(context: number, users: readonly number[], address: string) {
        const { ctx, auth, subject } = own(context, 'secondary account', { name: address });
        const input = { primaryAddress: address, context: ctx, users: refs(users), auth };
        await client.call('OXSecondaryAccountService', 'delete', input, subject);
      },
      async list(context: number, users: readonly number[]): Promise<OxAccount[]> {
        const { ctx, auth, subject } = own(context, 'secondary accounts', null);
        return client.call('OXSecondaryAccountService', 'list', { context: ctx, users: refs(users), auth }, subject);
      },
    },
    contexts: {
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
    },
  };
}

/** In the search of OX `*` is any text; the rest goes to the database, where `_` and `%` mean something too. */
function asPattern(text: string): string {
  return text.replace(/[\\_%]/g, '\\$&');
}

function describeRef(ref: Ref): string {
  return ref.name === undefined && 'id' in ref ? `with id ${ref.id}` : JSON.stringify(ref.name);
}

function refs(ids: readonly number[]): { id: number }[] {
  return ids.map((id) => ({ id }));
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const fault = faultOf(error);
    if (fault?.isNotFound && !fault.isNoSuchContext) {
      return null;
    }
    throw error;
  }
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
    fields,
    undefined,
    remedyFor('OX_ANSWER_INVALID', 'invalid', fields),
  );
}
