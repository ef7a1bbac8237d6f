/** What is asked of a TMail or James server, and told to it. */
import { isRefusal } from './client.ts';
import type { ListName } from './facet-names.ts';

export interface Mapping {
  readonly type: string;
  readonly target: string;
}

export interface Identity {
  readonly id: string;
  readonly name: string;
}

export interface Contact {
  readonly firstname: string;
  readonly lastname: string;
}

/** A value, in messages. */
export function nameOf(list: ListName, owner: string, value: string): string {
  return list === 'aliases'
    ? `alias ${value} of ${owner}`
    : `${list === 'forwards' ? 'forward' : 'mapping'} of ${owner} to ${value}`;
}

/** The server knows nothing of the kind: neither done nor refused. */
export class NotOffered extends Error {}

export interface TmailServer {
  /** Nothing is sent to it. */
  readonly isDry: boolean;
  users(): Promise<string[]>;
  hasUser(address: string): Promise<boolean>;
  /** Done as well where it is there already. */
  createUser(address: string, password: string): Promise<void>;
  removeUser(address: string): Promise<void>;
  /** Moves mail, filters, forwards and quota; leaves a forward behind. Both accounts must be there. */
  rename(from: string, to: string): Promise<void>;
  mailboxes(address: string): Promise<number>;
  removeMailboxes(address: string): Promise<void>;
  /** Everybody's aliases, forwards and mappings by source, to be walked through once. */
  mappings(): Promise<Iterable<readonly [string, readonly Mapping[]]>>;
  aliasesOf(address: string): Promise<string[]>;
  /** All kinds that have the address as their source. */
  mappingsOf(address: string): Promise<readonly Mapping[]>;
  ownQuota(address: string): Promise<string | null>;
  /** Of aliases `owner` is whose they are, and the value what they are. */
  add(list: ListName, owner: string, value: string): Promise<void>;
  remove(list: ListName, owner: string, value: string): Promise<void>;
  /** Own quotas, not those that hold by domain or server. */
  quotas(): Promise<ReadonlyMap<string, string>>;
  setQuota(address: string, bytes: string): Promise<void>;
  /** Done as well where the account is gone. */
  clearQuota(address: string): Promise<void>;
  defaultIdentity(address: string): Promise<Identity | null>;
  createIdentity(address: string, name: string): Promise<void>;
  renameIdentity(address: string, id: string, name: string): Promise<void>;
  /** Apache James has none. Asked once; the answer is long on a large site. */
  hasContacts(): Promise<boolean>;
  contact(address: string): Promise<Contact | null>;
  /** Throws NotOffered where there are none at all. */
  setContact(address: string, firstname: string, lastname: string): Promise<void>;
  removeContact(address: string): Promise<void>;
  domains(): Promise<string[]>;
}

/** Of an address that the server may not take for one: it has none. */
export async function mappingsOfAnybody(
  address: string,
  server: Pick<TmailServer, 'mappingsOf'>,
): Promise<readonly Mapping[]> {
  try {
    return await server.mappingsOf(address);
  } catch (error) {
    if (isRefusal(error)) {
      return [];
    }
    throw error;
  }
}
