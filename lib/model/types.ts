/** What the core knows of each type of object: all that differs between them stands here. */
import type { Envelope, Learnt, ObjectType } from './change.ts';
import {
  accountClaims,
  claimKeys,
  groupClaims,
  type Identifiers,
  loginOf,
  type Place,
  resourceClaims,
  resourcePlace,
  userClaims,
  userPlace,
} from './claims.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from './udm.ts';

export interface TypeTraits {
  /** The names and ids in OX that are its own; none while it is nowhere. */
  claims(state: Envelope, identifiers: Identifiers): string[];
  /** Where it is in OX; null: nowhere. Left out: it may be in several places, or is in none. */
  place?(state: Pick<Envelope, 'id' | 'object'>, identifiers: Identifiers): Place | null;
  /** Under which name its place is remembered when it is left alone; left out: the name stays remembered by itself. */
  readonly rememberedName?: 'oxDbResourcename';
  /** Tells whether it is to be in OX. Left out: it always is. */
  readonly wantedBy?: 'isOxUser' | 'isOxGroup';
  /** Names others, by DN, and is provisioned again when one of them appears. */
  readonly references?: 'users';
  /** The number in UDM that it keeps however often it is renamed. A user's gidNumber is its primary group's. */
  readonly number?: 'uidNumber' | 'gidNumber' | 'contextid';
  /** Others name it by its DN. */
  readonly isMember?: true;
  /** What others need of it, such as `login:30`: they wait for it to come, and it goes when all else is done. Left out: nothing. */
  provides?(properties: Properties): string | null;
  /** It is kept in a file of ours, which is repaired whenever it is named. */
  readonly isFile?: true;
}

export const TYPES: Readonly<Record<ObjectType, TypeTraits>> = {
  'oxmail/oxcontext': {
    claims: ({ object }) => {
      const number = readInteger(object?.contextid);
      return number === null ? [] : [claimKeys.context(number)];
    },
    number: 'contextid',
    provides: ({ contextid }) => {
      const number = readInteger(contextid);
      return number === null ? null : loginOf(number);
    },
  },
  'oxmail/accessprofile': {
    claims: ({ object }) => {
      const name = readText(object?.name);
      return name === null ? [] : [claimKeys.profile(name)];
    },
    isFile: true,
  },
  'users/user': {
    claims: userClaims,
    place: (state, { user }) => userPlace(state, user),
    wantedBy: 'isOxUser',
    number: 'uidNumber',
    isMember: true,
  },
  'groups/group': { claims: groupClaims, wantedBy: 'isOxGroup', references: 'users', number: 'gidNumber' },
  'oxmail/functional_account': { claims: accountClaims, references: 'users' },
  'oxresources/oxresources': {
    claims: resourceClaims,
    place: ({ object }) => resourcePlace(object ?? {}),
    rememberedName: 'oxDbResourcename',
  },
};

/** Whether its properties say that it is to be in OX. */
export function isWanted(type: ObjectType, properties: Properties): boolean {
  const { wantedBy } = TYPES[type];
  return wantedBy === undefined || readBoolean(properties[wantedBy]);
}

/** It is to be there, and is nowhere: its context was deleted with all that was in it, and may be there again. */
export function isHomeless(type: ObjectType, { oxDbContext }: Properties, wanted: Properties): boolean {
  return oxDbContext === null && isWanted(type, wanted);
}

/** The DNs that it names. */
export function referencesOf(type: ObjectType, properties: Properties): string[] {
  const { references } = TYPES[type];
  return references === undefined ? [] : readTexts(properties[references]);
}

/** What others need of an object with these properties; null: nothing, or nobody knows what. */
export function providedBy(type: ObjectType, properties: Properties | null | undefined): string | null {
  return TYPES[type].provides?.(properties ?? {}) ?? null;
}

/** What keeps the place known of an object that is left alone: its own properties may say something else from now on. null: nowhere. */
export function placeLearnt(type: ObjectType, id: string, before: Properties | null): Learnt | null {
  const { place: placeIn, rememberedName } = TYPES[type];
  // A user's name is remembered, or looked for under what the properties say.
  const place = before && placeIn?.({ id, object: { oxDbUsername: '-', ...before } }, { user: '', group: '' });
  return !place
    ? null
    : { oxDbContext: place.context, ...(rememberedName === undefined ? {} : { [rememberedName]: place.name }) };
}

/** It was not made, whatever its properties say: what has its name in OX is another's, such as the admin of the context. */
export function nowhere(type: ObjectType): Readonly<Record<string, unknown>> {
  return TYPES[type].place ? { oxDbContext: null } : {};
}
