/**
 * What a queue file says: the wish to bring one object from its last state to a new one
 * (docs/behaviour.md, "A queue file").
 */
import { dnKey } from './dn.ts';
import type { Properties } from './udm.ts';

/**
 * In the order in which they are provisioned: what comes later may refer to what comes earlier
 * (docs/behaviour.md, "Order").
 */
export const OBJECT_TYPES = [
  'oxmail/oxcontext',
  'oxmail/accessprofile',
  'users/user',
  'groups/group',
  'oxmail/functional_account',
  'oxresources/oxresources',
] as const;

export type ObjectType = (typeof OBJECT_TYPES)[number];

/** The content of a queue file and of a last state; keys that are not known are kept. */
export interface Envelope {
  readonly id: string;
  readonly udm_object_type: ObjectType;
  readonly dn: string;
  readonly object: Properties | null;
  readonly options?: unknown;
  /**
   * Our own mark: this file asks to provision the last state once more. It carries no news, so that a newer file of
   * the same object, whenever it arrives, is never undone by it.
   */
  readonly oxConnectorReprovision?: boolean;
  /**
   * Beside that mark: only notes that the file of this name, which was dropped, had given up the DN of the last state. It
   * stands at the place of that file.
   */
  readonly oxConnectorGivenUp?: string;
  /** Beside that mark: the remembered id of OX is not to be relied upon. */
  readonly oxConnectorForgetId?: boolean;
  /** Of what came from the Provisioning API. Others may write anything here: read it with `originOf`. */
  readonly provisioning?: unknown;
  readonly [key: string]: unknown;
}

/** What only the message knew that a file was made of. It stays with the last state. */
export interface Origin {
  readonly sequence_number: number;
  readonly publisher_name: string;
  readonly ts: string;
  /** The prefill of the subscription that the message came from; null: nobody knows. */
  readonly prefill: string | null;
  /** LDAP's id, where the object has both. */
  readonly entryUUID?: string;
  /** Where the object was before it was moved. */
  readonly formerDn?: string;
  /** OX is to be asked, also where nothing has changed. */
  readonly resync?: true;
}

export const PREFILL = 'udm-pre-fill';

/** null: it did not come from the Provisioning API. */
export function originOf({ provisioning }: Pick<Envelope, 'provisioning'>): Partial<Origin> | null {
  return typeof provisioning === 'object' && provisioning !== null ? provisioning : null;
}

export interface Change {
  readonly id: string;
  readonly type: ObjectType;
  readonly dn: string;
  /** Properties after the last success, with what was learnt from OX; null: never provisioned. */
  readonly before: Properties | null;
  /** The DN by then; null: never provisioned. */
  readonly formerDn: string | null;
  /** Properties wished for; null: the object was deleted. */
  readonly after: Properties | null;
  /** The queue file that told `after`; empty: nobody knows which, it is older than all that is known. */
  readonly writtenIn: string;
  /** Whether news of this object wait, so that it may be about to give up what it has. Left out: of none. */
  readonly isToChange?: (id: string) => boolean;
}

/** Values the connector learnt from OX; they are kept in the last state under names starting with `oxDb`. */
export interface Learnt {
  /** OX's internal id of a user. */
  readonly oxDbId?: number;
  readonly oxDbUsername?: string;
  /** The own address of a user in OX, where that is not its mailPrimaryAddress. */
  readonly oxDbMail?: string;
  /** OX field → what OX has of it: of a user whose changes were skipped since. */
  readonly oxDbApplied?: Readonly<Record<string, string | null | readonly string[]>>;
  /** The rights that OX was told last, each of them, granted or not. */
  readonly oxDbAccess?: Readonly<Record<string, boolean | null | undefined>>;
  readonly oxDbGroupname?: string;
  /** Context → name, where it is another one. */
  readonly oxDbGroupnames?: Readonly<Record<string, string>>;
  readonly oxDbResourcename?: string;
  /** The context that `oxDbId` and `oxDbUsername` belong to; null: it was deleted with all that was in it. */
  readonly oxDbContext?: number | null;
  /** The contexts in which a group exists. */
  readonly oxDbContexts?: readonly number[];
  /** The objects (ids) of the users that have a functional account. */
  readonly oxDbUsers?: readonly string[];
  /** `<id of a user> <address>`: accounts that could not be removed while the address was the user's own. */
  readonly oxDbLeftOver?: readonly string[];
  /** Never written: the id is looked up anew, as `check` asks for. */
  readonly oxDbForgotten?: boolean;
  /** The context without credentials that the object waits for; several: a list. */
  readonly oxDbSkipped?: number | string | readonly (number | string)[];
  /** Places that a user or resource has left, where it could not be removed so far. */
  readonly oxDbLeft?: readonly { readonly context: number; readonly name: string; readonly oxId?: number | null }[];
  /** The object was deleted, and waits to be removed in OX as well. */
  readonly oxDbDeletion?: boolean;
  /** The queue file whose change was skipped: what waited is provisioned in the order of these. */
  readonly oxDbSkippedFile?: string;
  /** The id that the object had when it was provisioned first, where it has another one now. */
  readonly oxDbFirstId?: string;
  /** All other ids that it has had. */
  readonly oxDbFormerIds?: readonly string[];
  /** The queue file by which the object gave up its DN although OX does not have the change: it was refused. */
  readonly oxDbGivenUp?: string;
  /** The queue file that the users were named in, where somebody else had one of their DNs before. */
  readonly oxDbWrittenIn?: string;
  /** Another object has the DN by now: this one is found by its id only. */
  readonly oxDbDnLost?: boolean;
}

/** The id under which an object was known first: what is named after an id in OX and on mail servers keeps that name. */
export function firstIdOf(id: string, state: Properties | null): string {
  return typeof state?.oxDbFirstId === 'string' ? state.oxDbFirstId : id;
}

/** Of what was learnt only this, as far as it is there. */
export function learntAs(names: readonly (keyof Learnt)[], properties: Properties | null): Learnt {
  const isMeant: ReadonlySet<string> = new Set(names);
  return Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => isMeant.has(name)));
}

/** `properties` without OX's id of a user, and without what holds only for the user with that id. */
export function withoutOxId({ oxDbId: _, oxDbAccess: __, ...rest }: Properties): Properties {
  return rest;
}

/** The learnt values in `properties`, all of them, also those of other versions. */
export function learntOf(properties: Properties | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => name.startsWith('oxDb')));
}

/** `properties` without what was learnt. */
export function withoutLearnt(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith('oxDb')));
}

/** The queue file that told the users whom a last state names; empty: one from before any of their DNs passed on. */
export function writtenIn(state: Properties | null | undefined): string {
  return typeof state?.oxDbWrittenIn === 'string' ? state.oxDbWrittenIn : '';
}

/** What tells that two files may be about one object, although they have different ids. */
export function keysOf(id: string, dn: string): string[] {
  return [id.toLowerCase(), `dn:${dnKey(dn)}`];
}
