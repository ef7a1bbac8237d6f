/**
 * A server to which nothing is sent: it answers as the real one would had it carried out what it was told so far, and
 * refuses what that one would refuse. What was read of everybody is not asked for again.
 */
import { ConnectorError } from '../errors/connector-error.ts';
import { domainOf } from './address.ts';
import type { ListName } from './facet-names.ts';
import { remedyForAnswer } from './remedies.ts';
import {
  type Contact,
  type Identity,
  type Mapping,
  mappingsOfAnybody,
  NotOffered,
  nameOf,
  type TmailServer,
} from './server.ts';

export function createDryServer(server: TmailServer): TmailServer {
  const users = new Map<string, boolean>();
  const mail = new Map<string, number>();
  const quotas = new Map<string, string | null>();
  const identities = new Map<string, Identity | null>();
  const contacts = new Map<string, Contact | null>();
  /** Source → `type target` → the mapping; null: it is gone. */
  const mappings = new Map<string, Map<string, Mapping | null>>();
  let realUsers: ReadonlySet<string> | null = null;
  let realMappings: ReadonlyMap<string, readonly Mapping[]> | null = null;
  let realDomains: ReadonlySet<string> | null = null;

  const noteMapping = ({ source, type, target }: SourceMapping, isThere: boolean): void => {
    const list = mappings.get(source) ?? new Map<string, Mapping | null>();
    const key = `${type} ${target}`;
    // In the order of the server: the oldest first.
    list.delete(key);
    mappings.set(source, list.set(key, isThere ? { type, target } : null));
  };
  const merged = (source: string, real: readonly Mapping[]): Mapping[] => {
    const noted = mappings.get(source);
    const kept = real.filter(({ type, target }) => !noted?.has(`${type} ${target}`));
    return [...kept, ...[...(noted?.values() ?? [])].filter((each) => each !== null)];
  };
  const hasUser = async (address: string): Promise<boolean> =>
    users.get(address) ?? realUsers?.has(address) ?? server.hasUser(address);
  const mappingsOf = async (address: string): Promise<Mapping[]> =>
    merged(address, realMappings ? (realMappings.get(address) ?? []) : await server.mappingsOf(address));
  const requireDomain = async (address: string, object: string): Promise<void> => {
    realDomains ??= new Set(await server.domains());
    if (!realDomains.has(domainOf(address))) {
      throw refusal(400, `its domain does not exist: ${domainOf(address)}`, object);
    }
  };
  const requireUser = async (address: string, object: string): Promise<void> => {
    if (!(await hasUser(address))) {
      throw refusal(404, `there is no account ${address}`, object);
    }
  };
  /** Where mail to the address ends, itself where a copy stays; null: it goes in a circle on the way. */
  const endsOf = async (address: string): Promise<ReadonlySet<string> | null> => {
    const ends = new Set<string>();
    const isDone = new Map<string, boolean>();
    const follow = async (at: string): Promise<boolean> => {
      const before = isDone.get(at);
      if (before !== undefined) {
        return before;
      }
      isDone.set(at, false);
      const targets = (await mappingsOfAnybody(at, { mappingsOf })).map(({ target }) => target.toLowerCase());
      const onward = targets.filter((target) => target !== at);
      if (onward.length < targets.length || onward.length === 0) {
        ends.add(at);
      }
      for (const target of onward) {
        if (!(await follow(target))) {
          return false;
        }
      }
      isDone.set(at, true);
      return true;
    };
    return (await follow(address)) ? ends : null;
  };
  const addMapping = async (mapping: SourceMapping, object: string): Promise<void> => {
    const { source, type, target } = mapping;
    const there = await mappingsOf(source);
    if (there.some((each) => each.type === type && each.target === target)) {
      return;
    }
    if (type === 'Alias' && there.some((each) => each.type !== 'Alias')) {
      throw refusal(409, `${source} has ${named(there)} already`, object);
    }
    const next = target.toLowerCase();
    const ends = await endsOf(next);
    if (ends === null) {
      throw refusal(500, `mail to ${next} goes in a circle`, object);
    }
    // Whoever forwards elsewhere already is no end, so that the server does not see that it leads back there.
    if (next !== source && ends.has(source)) {
      throw refusal(409, `it would lead to a loop, by way of ${next}`, object);
    }
    noteMapping(mapping, true);
  };
  const mailboxes = async (address: string): Promise<number> => mail.get(address) ?? server.mailboxes(address);
  const ownQuota = (address: string): Promise<string | null> => noted(quotas, address, () => server.ownQuota(address));

  return {
    isDry: true,
    async users() {
      realUsers = new Set(await server.users());
      const real = [...realUsers].filter((address) => users.get(address) !== false);
      return [...new Set([...real, ...[...users].filter(([, isThere]) => isThere).map(([address]) => address)])];
    },
    hasUser,
    async createUser(address) {
      const object = `the account ${address}`;
      await requireDomain(address, object);
      const there = (await hasUser(address)) ? [] : await mappingsOf(address);
      if (there.length > 0) {
        throw refusal(409, `'${address}' already have associated mappings: ${named(there)}`, object);
      }
      users.set(address, true);
    },
    removeUser: async (address) => void users.set(address, false),
    async rename(from, to) {
      const object = `the rename of ${from} to ${to}`;
      const forwards = (await mappingsOf(from)).filter(({ type }) => type === 'Forward').map(({ target }) => target);
      // The server takes them first, and in this order, whichever came first.
      for (const target of forwards.sort()) {
        await addMapping(mappingOf('forwards', to, target === from ? to : target), object);
        noteMapping(mappingOf('forwards', from, target), false);
      }
      await addMapping(mappingOf('forwards', from, to), object);
      mail.set(to, (await mailboxes(to)) + (await mailboxes(from)));
      mail.set(from, 0);
      const quota = await ownQuota(from);
      if (quota !== null) {
        quotas.set(to, quota);
      }
    },
    mailboxes,
    removeMailboxes: async (address) => void mail.set(address, 0),
    async mappings() {
      const real = new Map(await server.mappings());
      realMappings = real;
      const sources = new Set([...real.keys(), ...mappings.keys()]);
      return new Map([...sources].map((source) => [source, merged(source, real.get(source) ?? [])]));
    },
    async aliasesOf(address) {
      const key = `Alias ${address}`;
      const real = (await server.aliasesOf(address)).filter((source) => !mappings.get(source)?.has(key));
      return [...real, ...[...mappings].filter(([, list]) => list.get(key)).map(([source]) => source)];
    },
    mappingsOf,
    ownQuota,
    async add(list, owner, value) {
      const object = nameOf(list, owner, value);
      if (list === 'forwards') {
        await requireUser(owner, object);
      } else {
        for (const each of list === 'aliases' ? [value, owner] : [owner]) {
          await requireDomain(each, object);
        }
      }
      await addMapping(mappingOf(list, owner, value), object);
    },
    remove: async (list, owner, value) => noteMapping(mappingOf(list, owner, value), false),
    async quotas() {
      const all = new Map(await server.quotas());
      for (const [address, quota] of quotas) {
        quota === null ? all.delete(address) : all.set(address, quota);
      }
      return all;
    },
    async setQuota(address, bytes) {
      await requireUser(address, `quota ${bytes} of ${address}`);
      quotas.set(address, bytes);
    },
    clearQuota: async (address) => void quotas.set(address, null),
    defaultIdentity: (address) => noted(identities, address, () => server.defaultIdentity(address)),
    createIdentity: async (address, name) => void identities.set(address, { id: '', name }),
    renameIdentity: async (address, id, name) => void identities.set(address, { id, name }),
    hasContacts: () => server.hasContacts(),
    contact: (address) => noted(contacts, address, () => server.contact(address)),
    async setContact(address, firstname, lastname) {
      if (!(await server.hasContacts())) {
        throw new NotOffered();
      }
      await requireDomain(address, `contact ${address}`);
      contacts.set(address, { firstname, lastname });
    },
    removeContact: async (address) => void contacts.set(address, null),
    domains: () => server.domains(),
  };
}

async function noted<Value>(
  map: ReadonlyMap<string, Value | null>,
  address: string,
  ask: () => Promise<Value | null>,
): Promise<Value | null> {
  const value = map.get(address);
  return value === undefined ? ask() : value;
}

interface SourceMapping extends Mapping {
  readonly source: string;
}

/** As the server stores the value. */
function mappingOf(list: ListName, owner: string, value: string): SourceMapping {
  return list === 'aliases'
    ? { type: 'Alias', source: value, target: owner }
    : { type: list === 'forwards' ? 'Forward' : 'Address', source: owner, target: value };
}

function named(list: readonly Mapping[]): string {
  return list.map(({ type, target }) => `${type.toLowerCase()}:${target}`).join(', ');
}

function refusal(status: number, words: string, object: string): ConnectorError {
  return new ConnectorError('TMAIL_REFUSED', `the server will refuse ${object}: ${words}`, {
    fields: { object },
    remedy: remedyForAnswer(status, words),
  });
}
