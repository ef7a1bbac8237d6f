/**
 * OX as if: what is read is asked of OX, what is changed is noted, and remembered, so that all that comes later in the same
 * plan sees it (docs/adr/0017-dry-ox.md).
 */
import { collated } from '../../model/collation.ts';
import type { NotedCall } from '../../plan/planned.ts';
import type { FieldChange } from '../../target/outcome.ts';
import type { ModuleAccess, Ox, OxAccount, OxContext, OxGroup, OxResource, OxUser, Ref } from '../services/ox.ts';
import { describeRef } from '../services/refs.ts';
import { compareFields, compareGroup } from '../types/compare.ts';
import { refusal, Shelf } from './shelf.ts';

/** `nameOf` a user with this id in a context; null: it is not known. */
export type NameOf = (context: number, id: number) => string | null;

export interface DryOx extends Ox {
  /** The changes noted since the last time. */
  take(): NotedCall[];
}

export function createDryOx(real: Ox, nameOf: NameOf = () => null): DryOx {
  const noted: NotedCall[] = [];
  const note = (call: NotedCall): void => void noted.push(call);
  /** Contexts of the plan's own: OX knows nothing of them. */
  const made = new Set<number>();
  /** What OX is asked, unless it is about a context that it does not have. */
  const unlessMade =
    <T>(ask: (context: number, ref: Ref) => Promise<T | null>) =>
    async (context: number, ref: Ref): Promise<T | null> =>
      made.has(context) ? null : ask(context, ref);

  const contexts = new Shelf<OxContext>({ kind: 'Context', note, ask: (context) => real.contexts.find(context) });
  const resources = new Shelf<OxResource>({ kind: 'Resource', note, ask: unlessMade(real.resources.find) });
  const users = new Shelf<OxUser>({
    kind: 'User',
    note,
    ask: unlessMade((context, ref) => real.users.find(context, ref)),
    inShort: userInShort,
  });
  const groups = new Shelf<OxGroup>({
    kind: 'Group',
    note,
    ask: unlessMade(real.groups.find),
    asItIs: withoutGone,
    compare(context, found, given) {
      mustBeLive(context, given.members ?? []);
      const named = (id: number): string => users.madeOf(context, { id })?.name ?? nameOf(context, id) ?? `user ${id}`;
      return compareGroup(given, found, named);
    },
  });
  const accesses = new Map<string, ModuleAccess>();
  /** Context and user → address → the account; null: removed. */
  const accounts = new Map<string, Map<string, OxAccount | null>>();
  const accountsOf = (context: number, userId: number | null | undefined): Map<string, OxAccount | null> => {
    const key = `${context}:${userId}`;
    const known = accounts.get(key) ?? new Map<string, OxAccount | null>();
    accounts.set(key, known);
    return known;
  };

  /** OX takes a user that is removed out of its groups. */
  function withoutGone(context: number, group: OxGroup): OxGroup & { readonly members: readonly number[] } {
    return { ...group, members: (group.members ?? []).filter(isLive(context)) };
  }
  function isLive(context: number): (id: number) => boolean {
    return (id) => users.madeOf(context, { id }) !== null;
  }
  /** OX refuses all where one is not there. */
  function mustBeLive(context: number, ids: readonly number[]): void {
    const gone = ids.find((id) => !isLive(context)(id));
    if (gone !== undefined) {
      throw users.noSuch(context, { id: gone });
    }
  }
  /** Without a word about it OX gives the access of the admin. */
  const accessOf = async (context: number, { id, name }: OxUser): Promise<ModuleAccess | null> =>
    accesses.get(`${context}:${id}`) ??
    (isGiven(id) ? {} : real.users.access(context, typeof id === 'number' ? { id } : { name: name ?? '' }));

  const noteAccount = (operation: string, context: number, address: string, changes: readonly FieldChange[]): void =>
    note({
      service: 'OXSecondaryAccountService',
      operation,
      object: `secondary account ${describeRef({ name: address })} in context ${context}`,
      changes,
    });
  const listAccounts = async (context: number, ids: readonly number[]): Promise<OxAccount[]> => {
    mustBeLive(context, ids);
    const asked = made.has(context) ? [] : ids.filter((id) => !isGiven(id));
    const there = asked.length === 0 ? [] : await real.accounts.list(context, asked);
    return [
      ...there.filter((account) => !accountsOf(context, account.userId).has(addressOf(account))),
      ...ids.flatMap((id) => [...accountsOf(context, id).values()].filter((account) => account !== null)),
    ];
  };

  return {
    take: () => noted.splice(0),
    version: real.version,
    users: {
      ...real.users,
      ...users.operations,
      async findMany(context, refs, trim = (user) => user) {
        const gone = refs.find((ref) => users.madeAt(context, ref) === null);
        if (gone !== undefined) {
          throw users.noSuch(context, gone);
        }
        const ours = refs.flatMap((ref) => users.madeAt(context, ref) ?? []);
        const others = refs.filter((ref) => users.madeAt(context, ref) === undefined);
        const there = others.length === 0 ? [] : await real.users.findMany(context, others, trim);
        return [...there, ...ours.map(trim)];
      },
      async create(context, user, access) {
        const operation = access ? 'createByModuleAccess' : 'create';
        const id = await users.create(context, user, operation, compareFields(null, access ?? {}));
        if (access) {
          accesses.set(`${context}:${id}`, access);
        }
        return id;
      },
      async changeAccess(context, ref, access) {
        const found = await users.get(context, ref);
        const changes = compareFields(await accessOf(context, found), access);
        const object = `user ${describeRef(ref)} in context ${context}`;
        note({ service: 'OXUserService', operation: 'changeByModuleAccess', object, changes });
        accesses.set(`${context}:${found.id}`, access);
      },
      async copy(ref, source, destination) {
        const { id: _, ...found } = await users.get(source, ref);
        const object = `user ${describeRef(ref)} from context ${source} to ${destination}`;
        note({ service: 'OXUserCopyService', operation: 'copyUser', object, changes: [] });
        return users.add(destination, found);
      },
      async access(context, ref) {
        const found = await users.find(context, ref);
        return found && accessOf(context, found);
      },
      existsDisplayName: async (context, name) =>
        users.in(context).some((user) => isNamed(user, name)) ||
        (!made.has(context) && (await real.users.existsDisplayName(context, name))),
      async search(context, text) {
        const there = made.has(context) ? [] : await real.users.search(context, text);
        const others = there.filter((user) => users.madeOf(context, user) === undefined);
        return [...others, ...users.in(context).filter((user) => user.name === text || isNamed(user, text))];
      },
      async listIds(context) {
        const there = made.has(context) ? [] : [...(await real.users.listIds(context))];
        const ours = users.in(context).flatMap(({ id }) => id ?? []);
        return new Set([...there.filter(isLive(context)), ...ours]);
      },
    },
    groups: {
      ...real.groups,
      ...groups.operations,
      async addMember(context, ref, user) {
        if (made.has(context) && (await groups.find(context, ref)) === null) {
          // OX makes a group of everybody in each context.
          groups.add(context, { ...ref, name: 'users', members: [] });
        }
        const members = (await groups.find(context, ref))?.members ?? [];
        if (members.includes(user)) {
          throw refusal('Member already exists in group', 'InvalidDataException');
        }
        await groups.change(context, ref, { members: [...members, user] }, 'addMember');
      },
      async ofUser(context, ref) {
        const { id = null } = await users.get(context, ref);
        const isAsked = !made.has(context) && !isGiven(id);
        const there = isAsked ? await real.groups.ofUser(context, id === null ? ref : { id }) : [];
        const others = there.filter((group) => groups.madeOf(context, group) === undefined);
        return [...others, ...groups.in(context)]
          .map((group) => withoutGone(context, group))
          .filter(({ members }) => id !== null && members.includes(id));
      },
    },
    resources: { ...real.resources, ...resources.operations },
    accounts: {
      async create(context, ids, data) {
        mustBeLive(context, ids);
        noteAccount('create', context, data.primaryAddress ?? '', compareFields(null, data));
        for (const userId of ids) {
          const account = { ...data, userId };
          accountsOf(context, userId).set(addressOf(account), account);
        }
      },
      async update(context, ids, address, data) {
        const there = (await listAccounts(context, ids)).filter(
          (account) => addressOf(account) === address.toLowerCase(),
        );
        noteAccount('update', context, address, compareFields(there[0] ?? null, data));
        for (const account of there) {
          accountsOf(context, account.userId).set(addressOf(account), { ...account, ...data });
        }
      },
      async delete(context, ids, address) {
        mustBeLive(context, ids);
        noteAccount('delete', context, address, compareFields({ primaryAddress: address }, { primaryAddress: '' }));
        for (const userId of ids) {
          accountsOf(context, userId).set(address.toLowerCase(), null);
        }
      },
      list: listAccounts,
    },
    contexts: {
      ...real.contexts,
      find: (context) => contexts.find(context, { id: context }),
      exists: async (context) => (await contexts.find(context, { id: context })) !== null,
      async create(context) {
        await contexts.create(context.id, context);
        made.add(context.id);
      },
      change: (context) => contexts.change(context.id, { id: context.id }, context),
      delete: (context) => contexts.delete(context, { id: context }),
    },
  };
}

function isNamed({ display_name: displayName }: OxUser, name: string): boolean {
  return !!displayName && collated(displayName) === collated(name);
}

/**
 * There may be as many as files in the queue. Most of the hundred fields of a user are empty, which is as if they were not there,
 * and pictures are compared by their size alone (`compareFields`).
 */
function userInShort(user: OxUser): OxUser {
  const filled = Object.entries(user).filter(([, value]) => value !== null && value !== undefined && value !== '');
  // V8 makes such a text of a few small pieces.
  const short = filled.map(([field, value]) => [field, field === 'image1' ? ' '.repeat(String(value).length) : value]);
  return Object.fromEntries(short) as OxUser;
}

/** A number that the plan has given. */
function isGiven(id: number | null | undefined): boolean {
  return typeof id === 'number' && id < 0;
}

function addressOf({ primaryAddress }: OxAccount): string {
  return (primaryAddress ?? '').toLowerCase();
}
