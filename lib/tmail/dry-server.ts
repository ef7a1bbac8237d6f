/** A server to which nothing is sent: it answers as the real one would had it carried out what it was told so far. */
import { ConnectorError } from '../errors/connector-error.ts';
import type { Contact, Identity, Mapping, TmailServer } from './server.ts';

export function createDryServer(server: TmailServer): TmailServer {
  const users = new Map<string, boolean>();
  const mail = new Map<string, number>();
  const quotas = new Map<string, string | null>();
  const identities = new Map<string, Identity | null>();
  const contacts = new Map<string, Contact | null>();
  /** Source → `type target` → the mapping; null: it is gone. */
  const mappings = new Map<string, Map<string, Mapping | null>>();

  const noteMapping = (type: string, source: string, target: string, isThere: boolean): void => {
    const list = mappings.get(source) ?? new Map<string, Mapping | null>();
    mappings.set(source, list.set(`${type} ${target}`, isThere ? { type, target } : null));
  };
  const merged = (source: string, real: readonly Mapping[]): Mapping[] => {
    const noted = mappings.get(source);
    const kept = real.filter(({ type, target }) => !noted?.has(`${type} ${target}`));
    return [...kept, ...[...(noted?.values() ?? [])].filter((each) => each !== null)];
  };
  const hasUser = async (address: string): Promise<boolean> => users.get(address) ?? server.hasUser(address);
  const mappingsOf = async (address: string): Promise<Mapping[]> => merged(address, await server.mappingsOf(address));
  const mailboxes = async (address: string): Promise<number> => mail.get(address) ?? server.mailboxes(address);
  const ownQuota = (address: string): Promise<string | null> => noted(quotas, address, () => server.ownQuota(address));

  return {
    isDry: true,
    async users() {
      const real = (await server.users()).filter((address) => users.get(address) !== false);
      return [...new Set([...real, ...[...users].filter(([, isThere]) => isThere).map(([address]) => address)])];
    },
    hasUser,
    async createUser(address) {
      const there = (await hasUser(address)) ? [] : await mappingsOf(address);
      if (there.length > 0) {
        throw hasMappings(address, there);
      }
      users.set(address, true);
    },
    removeUser: async (address) => void users.set(address, false),
    async rename(from, to) {
      mail.set(to, (await mailboxes(to)) + (await mailboxes(from)));
      mail.set(from, 0);
      const quota = await ownQuota(from);
      if (quota !== null) {
        quotas.set(to, quota);
      }
      for (const { type, target } of await mappingsOf(from)) {
        if (type === 'Forward') {
          noteMapping(type, from, target, false);
          noteMapping(type, to, target === from ? to : target, true);
        }
      }
      noteMapping('Forward', from, to, true);
    },
    mailboxes,
    removeMailboxes: async (address) => void mail.set(address, 0),
    async mappings() {
      const real = await server.mappings();
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
    addAlias: async (destination, alias) => noteMapping('Alias', alias, destination, true),
    removeAlias: async (destination, alias) => noteMapping('Alias', alias, destination, false),
    addForward: async (address, target) => noteMapping('Forward', address, target, true),
    removeForward: async (address, target) => noteMapping('Forward', address, target, false),
    addMapping: async (address, target) => noteMapping('Address', address, target, true),
    removeMapping: async (address, target) => noteMapping('Address', address, target, false),
    async quotas() {
      const all = new Map(await server.quotas());
      for (const [address, quota] of quotas) {
        quota === null ? all.delete(address) : all.set(address, quota);
      }
      return all;
    },
    setQuota: async (address, bytes) => void quotas.set(address, bytes),
    clearQuota: async (address) => void quotas.set(address, null),
    defaultIdentity: (address) => noted(identities, address, () => server.defaultIdentity(address)),
    createIdentity: async (address, name) => void identities.set(address, { id: '', name }),
    renameIdentity: async (address, id, name) => void identities.set(address, { id, name }),
    hasContacts: () => server.hasContacts(),
    contact: (address) => noted(contacts, address, () => server.contact(address)),
    setContact: async (address, firstname, lastname) => void contacts.set(address, { firstname, lastname }),
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

/** In the words of the server. */
function hasMappings(address: string, list: readonly Mapping[]): ConnectorError {
  const named = list.map(({ type, target }) => `${type.toLowerCase()}:${target}`).join(', ');
  return new ConnectorError(
    'TMAIL_REFUSED',
    `the server will refuse the account ${address}: it has mappings already (${named})`,
    { object: address },
    undefined,
    'Remove them on the server, or from whom they belong to, or give the person another address.',
  );
}
