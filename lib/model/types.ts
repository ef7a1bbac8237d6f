/** What the core knows of each type of object: all that differs between them stands here. */
import type { Envelope, ObjectType } from './change.ts';
import {
  accountClaims,
  type Claim,
  claimKeys,
  groupClaims,
  type Identifiers,
  type Place,
  resourceClaims,
  resourcePlace,
  somewhere,
  userClaims,
  userPlace,
} from './claims.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from './udm.ts';

export interface TypeTraits {
  /** The names and ids in OX that are its own; none while it is nowhere. */
  claims(state: Envelope, identifiers: Identifiers): Claim[];
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
  /** Others are in it: what waits for its login goes on when it is there, and is void when it is gone. */
  readonly isContext?: true;
  /** It is kept in a file of ours, which is repaired whenever it is named. */
  readonly isFile?: true;
}

export const TYPES: Readonly<Record<ObjectType, TypeTraits>> = {
  'oxmail/oxcontext': {
    claims: ({ object }) => {
      const number = readInteger(object?.contextid);
      return number === null ? [] : [somewhere(claimKeys.context(number))];
    },
    number: 'contextid',
    isContext: true,
  },
  'oxmail/accessprofile': {
    claims: ({ object }) => {
      const name = readText(object?.name);
      return name === null ? [] : [somewhere(claimKeys.profile(name))];
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

/** The DNs that it names. */
export function referencesOf(type: ObjectType, properties: Properties): string[] {
  const { references } = TYPES[type];
  return references === undefined ? [] : readTexts(properties[references]);
}

/** The number of the context that an object of this type is; null: it is none, or has none. */
export function contextNumber(type: ObjectType, properties: Properties | null | undefined): number | null {
  return TYPES[type].isContext ? readInteger(properties?.contextid) : null;
}
