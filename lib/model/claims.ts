/**
 * What an object has in OX according to its last state: where it is, and the names and ids there that are its own. The one
 * home of that rule: whoever creates, renames or removes asks it (docs/behaviour.md, "Whose it is").
 */
import { type Envelope, firstIdOf, type Learnt } from './change.ts';
import { collated } from './collation.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from './udm.ts';

/** The UDM properties that name users and groups in OX, where their last state does not say under which name they are there. */
export interface Identifiers {
  readonly user: string;
  readonly group: string;
}

/** As the settings have them by default. */
export const DEFAULT_IDENTIFIERS: Identifiers = { user: 'username', group: 'name' };

export interface Place {
  readonly context: number;
  readonly name: string;
  /** OX's id of a user; null: not known. */
  readonly oxId: number | null;
}

/** The settings call an object's id by its LDAP name. */
export const ENTRY_UUID = 'entryUUID';

/** Names compare as OX compares them: those of users by case, all others without. */
export const claimKeys = {
  user: (context: number, name: string): string => `user:${context}:${name}`,
  userId: (context: number, oxId: number): string => `userid:${context}:${oxId}`,
  group: (context: number | '', name: string): string => `group:${context}:${collated(name)}`,
  resource: (context: number, name: string): string => `resource:${context}:${collated(name)}`,
  context: (context: number): string => `context:${context}`,
  profile: (name: string): string => `profile:${name.trim()}`,
  account: (address: string): string => `account:${address.toLowerCase()}`,
  /** A hint only: what OX has as a user's own address is asked. */
  mail: (context: number, address: string): string => `mail:${context}:${address.toLowerCase()}`,
  /** By the id of a user: the functional accounts that wait until one of its accounts can be removed. */
  leftOver: (user: string): string => `leftover:${user.toLowerCase()}`,
} as const;

/** What the claims in a context begin with; those that only come with others left out. */
export function claimsWithin(context: number): string[] {
  return ['user', 'group', 'resource'].map((kind) => `${kind}:${context}:`);
}

export function userClaims(state: Envelope, { user }: Identifiers): string[] {
  const object = state.object ?? {};
  const places = [userPlace(state, user), ...leftPlaces(object)].filter((place) => place !== null);
  const mail = ownMail(object);
  return places.flatMap(({ context, name, oxId }) => [
    claimKeys.user(context, name),
    ...(oxId === null ? [] : [claimKeys.userId(context, oxId)]),
    ...(mail === null ? [] : [claimKeys.mail(context, mail)]),
  ]);
}

/** The address that tells a user in OX, as far as its last state has it; null: none. */
export function ownMail(properties: Properties): string | null {
  const { oxDbMail, mailPrimaryAddress } = properties;
  return readText(appliedIn(properties)?.email1) ?? readText(oxDbMail) ?? readText(mailPrimaryAddress);
}

/** What OX has, field by field, where the last state tells what it was to have; null: it tells what OX has. */
export function appliedIn({ oxDbApplied }: Properties): Readonly<Record<string, unknown>> | null {
  return typeof oxDbApplied === 'object' && oxDbApplied !== null ? (oxDbApplied as Record<string, unknown>) : null;
}

export function resourceClaims({ object }: Envelope): string[] {
  const places = [resourcePlace(object ?? {}), ...leftPlaces(object ?? {})].filter((place) => place !== null);
  return places.map(({ context, name }) => claimKeys.resource(context, name));
}

export function accountClaims({ object }: Envelope): string[] {
  const address = readText(object?.mailPrimaryAddress);
  const waiting = readTexts(object?.oxDbLeftOver).map((each) => claimKeys.leftOver(each.replace(/ .*/, '')));
  return [...(address === null ? [] : [claimKeys.account(address)]), ...waiting];
}

/** null: nowhere. The id counts in its own context only. */
export function userPlace({ id, object }: Pick<Envelope, 'id' | 'object'>, identifier: string): Place | null {
  const properties = object ?? {};
  const context = contextIn(properties, readBoolean(properties.isOxUser));
  const name = readText(properties.oxDbUsername) ?? nameIn(identifier, id, properties);
  return context === null || name === null ? null : { context, name, oxId: readInteger(properties.oxDbId) };
}

export function resourcePlace(properties: Properties): Place | null {
  const context = contextIn(properties, true);
  const name = readText(properties.oxDbResourcename) ?? readText(properties.name);
  return context === null || name === null ? null : { context, name, oxId: null };
}

/** Where it was skipped, or its context was deleted, what its properties say is not so. */
function contextIn({ oxDbContext, oxDbSkipped, oxContext }: Properties, isWanted: boolean): number | null {
  const isAsTheySay = isWanted && oxDbSkipped === undefined && oxDbContext !== null;
  return readInteger(oxDbContext) ?? (isAsTheySay ? readInteger(oxContext) : null);
}

/** As what needs it calls the login of a context's admin, or the master's. */
export function loginOf(context: number | 'master'): string {
  return `login:${context}`;
}

/** What the object waits for, such as `login:30`. The number of a context stands for the login of its admin. */
export function awaitedBy({ oxDbSkipped }: Properties): string[] {
  const all: readonly unknown[] = Array.isArray(oxDbSkipped) ? oxDbSkipped : [oxDbSkipped];
  return all.flatMap((each) => {
    const context = readInteger(each);
    return context === null ? (readText(each) ?? []) : loginOf(context);
  });
}

/** How it is remembered that an object waits for all this. */
export function awaiting(waitsFor: readonly string[]): Learnt {
  const [first, ...others] = [...new Set(waitsFor)].map((each) => contextOfLogin(each) ?? each);
  return first === undefined ? {} : { oxDbSkipped: others.length === 0 ? first : [first, ...others] };
}

/** null: it is no login of a context's admin. */
export function contextOfLogin(waitsFor: string): number | null {
  return readInteger(/^login:(\d+)$/.exec(waitsFor)?.[1]);
}

/** Places that the object has left, and where it could not be removed so far. */
export function leftPlaces({ oxDbLeft }: Properties): Place[] {
  const list: readonly unknown[] = Array.isArray(oxDbLeft) ? oxDbLeft : [];
  return list.flatMap((each) => {
    const place = (typeof each === 'object' && each !== null ? each : {}) as Partial<Record<keyof Place, unknown>>;
    const [context, name] = [readInteger(place.context), readText(place.name)];
    return context === null || name === null ? [] : [{ context, name, oxId: readInteger(place.oxId) }];
  });
}

/** The group's name where it has no other; null: none. */
export function groupName({ id, object }: Pick<Envelope, 'id' | 'object'>, identifier: string): string | null {
  return readText(object?.oxDbGroupname) ?? nameIn(identifier, id, object ?? {});
}

/** Context → the group's name there; null: data of other connectors do not say in which contexts it is. */
export function groupPlaces(
  { id, object }: Pick<Envelope, 'id' | 'object'>,
  identifier: string,
): Map<number, string> | null {
  const properties = object ?? {};
  const common = groupName({ id, object }, identifier);
  if (!Array.isArray(properties.oxDbContexts)) {
    return readBoolean(properties.isOxGroup) ? null : new Map();
  }
  const names = (properties.oxDbGroupnames ?? {}) as Readonly<Record<string, unknown>>;
  return new Map(
    properties.oxDbContexts.flatMap((each): [number, string][] => {
      const context = readInteger(each);
      const name = context === null ? null : (readText(names[context]) ?? common);
      return context === null || name === null ? [] : [[context, name]];
    }),
  );
}

export function groupClaims(state: Envelope, { group: identifier }: Identifiers): string[] {
  const places = groupPlaces(state, identifier);
  if (places === null) {
    const name = groupName(state, identifier);
    return name === null ? [] : [claimKeys.group('', name)];
  }
  return [...places].map(([context, name]) => claimKeys.group(context, name));
}

/** The name that the properties of a last state give, however they were read then; null: none. */
export function nameIn(identifier: string, id: string, properties: Properties): string | null {
  if (identifier === ENTRY_UUID) {
    return firstIdOf(id, properties);
  }
  const value = properties[identifier];
  const single = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (typeof single === 'number') {
    return String(single);
  }
  return typeof single === 'string' && single.trim() !== '' ? single : null;
}

/** What is learnt of a group, beside its name: where it is, and how it is called where it could not be renamed. */
export function learntOfGroup(places: ReadonlyMap<number, string>, name: string): Record<string, unknown> {
  const others = [...places].filter(([, each]) => each !== name);
  return {
    oxDbGroupname: name,
    oxDbContexts: [...places.keys()].sort((a, b) => a - b),
    ...(others.length > 0 ? { oxDbGroupnames: Object.fromEntries(others) } : {}),
  };
}

/** The users of a functional account, by object; null: data of other connectors do not say. */
export function accountUsers(properties: Properties | null): string[] | null {
  return Array.isArray(properties?.oxDbUsers) ? readTexts(properties.oxDbUsers) : null;
}
