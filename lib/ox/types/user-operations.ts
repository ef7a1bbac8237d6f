/** OX's side of users: look up, create or copy, change, remove (docs/behaviour.md, "Users"). */
import type { Learnt } from '../../model/change.ts';
import { claimKeys } from '../../model/claims.ts';
import { LeftAlone } from '../../target/plan.ts';
import type { Ox, OxGroup, OxUser, Ref } from '../services/ox.ts';
import { faultOf } from '../soap/client.ts';
import type { Operations, Reached } from './operations.ts';
import { thingIn } from './ownership.ts';
import { unlessGone } from './reconcile.ts';
import type { Parts } from './registry.ts';
import { isAdminOf, type UserPlace } from './user.ts';
import { isAccessNew, isAccessSent } from './user-access.ts';
import { isFurtherAddress } from './user-fields.ts';
import {
  aliasesOf,
  bringUser,
  formerAccess,
  inBothContexts,
  isSubstitute,
  joinDefaultGroup,
  quotaOfMoved,
} from './user-move.ts';
import { distinct, type UserWanted } from './user-wanted.ts';

/** OX's own groups: never removed, however empty. Group 1 holds everybody, 0 is virtual (docs/ox.md, "Groups"). */
const HIGHEST_DEFAULT_GROUP = 1;

export function userOperations(parts: Parts): Operations<UserPlace, UserWanted, OxUser> {
  const { ox, ownership, settings } = parts;

  /** Context → OX's id of its admin: contexts.json may have another login, such as the master's, which OX can be told to take. */
  const admins = new Map<number, Promise<number | null>>();
  const adminIn = (context: number): Promise<number | null> => {
    const asked = admins.get(context) ?? ox.users.admin(context).then((admin) => admin?.id ?? null);
    admins.set(context, asked);
    return asked;
  };

  /** null: nobody else has it; else the id of who has. */
  const otherOwner = async ({ context, name, id, owner }: UserPlace, found: OxUser): Promise<string | null> => {
    const [byName] = ownership.others([claimKeys.user(context, found.name ?? name)], owner);
    if (byName !== undefined) {
      return byName;
    }
    const isKnown = found.id === id || ownership.isOwn(claimKeys.user(context, found.name ?? name), owner);
    if (isKnown || typeof found.id !== 'number') {
      return null;
    }
    for (const other of ownership.others([claimKeys.userId(context, found.id)], owner)) {
      // A remembered id is no proof: the other one may be there under its name, with another id.
      const otherName = parts.nameOfUser(other);
      const there = otherName === null ? null : await ox.users.find(context, { name: otherName });
      if (there === null || there.id === found.id) {
        return other;
      }
    }
    ownership.mustBeAdoptable(
      [claimKeys.user(context, found.name ?? name)],
      thingIn(context, 'user', found.name ?? name),
      owner,
    );
    if (found.id === (await adminIn(context))) {
      throw new LeftAlone(isAdminOf(context, found.name ?? name));
    }
    return null;
  };

  const nameMustBeFree = ({ context, name, owner }: UserPlace): void =>
    ownership.mustBeFree([claimKeys.user(context, name)], thingIn(context, 'user', name), owner);

  const find = async (place: UserPlace): Promise<OxUser | null> => {
    const former = place.formerName ?? place.movesFrom?.name ?? place.name;
    if (former !== place.name) {
      const found = await ox.users.find(place.context, { name: former });
      if (found !== null && (await otherOwner(place, found)) === null) {
        return found;
      }
    }
    const found = await ox.users.find(place.context, { name: place.name });
    const other = found && (await otherOwner(place, found));
    if (other !== null) {
      throw ownership.refuse(thingIn(place.context, 'user', place.name), place.owner, other);
    }
    return found;
  };

  const change = async (place: UserPlace, wanted: UserWanted, found: OxUser | null): Promise<Reached> => {
    const stored = found ?? (mustLook(place, wanted) ? await find(place) : null);
    const id = stored?.id ?? place.id;
    const isRenamed = stored !== null && stored.name !== place.name;
    if (isRenamed) {
      nameMustBeFree(place);
    }
    const ref: Ref = isRenamed && typeof id === 'number' ? { id } : { name: place.name };
    // An address that is not there is not emptied: a repeated creation must end like one that was not cut off.
    const isToBeEmptied = (field: string): boolean =>
      stored ? !isFurtherAddress(field) || !!stored[field] : !wanted.emptyAlready.includes(field);
    const empty = emptyFields(wanted.cleared.filter(isToBeEmptied));
    const fields = Object.fromEntries(
      Object.entries(wanted.fields).filter(([field]) => !wanted.createOnly.includes(field)),
    );
    const quota = place.movesFrom ? quotaOfMoved(wanted) : {};
    try {
      const mail = { ...ownAliases(place, wanted, stored), ...defaultSender(wanted, stored) };
      await ox.users.change(place.context, ref, { ...empty, ...fields, ...quota, ...mail });
    } catch (error) {
      // The default sender was changed in OX to an address that only OX has: look now what it is.
      const looked = stored === null && faultOf(error)?.isAddressMissing ? await find(place) : null;
      if (looked === null) {
        throw error;
      }
      return change(place, wanted, looked);
    }
    const access = wanted.access ?? (await formerAccess(place, ox));
    if (access && (found !== null || !isAccessSent(place, wanted, id))) {
      forgetOtherAccess(place, wanted);
      await ox.users.changeAccess(place.context, { name: place.name }, access);
    }
    if (typeof id === 'number' && (place.movesFrom || place.isInQuestion)) {
      await joinDefaultGroup(ox, place.context, id);
    }
    if (typeof id !== 'number') {
      return {};
    }
    const isRenumbered = id !== place.id;
    return {
      learnt: { oxDbId: id, ...learntAccess(wanted) },
      isRenumbered,
      isStale: isRenumbered && place.id !== null,
    };
  };

  return {
    find,
    update: (place, wanted, found) =>
      change(place, wanted, found).catch(async (error: unknown) => {
        // Somebody has renamed it in OX: it is not gone, and a second one would be empty.
        const renamed = found === null && faultOf(error)?.isNoSuchUser ? await underAnotherName(place) : null;
        if (renamed === null) {
          throw inBothContexts(error, place);
        }
        return change(place, wanted, renamed);
      }),
    bring: (place, wanted) => bringUser(place, wanted, { ...parts, find, nameMustBeFree }),
    async create(place, wanted) {
      // Although OX does not have it: whoever claims it would take this user for itself.
      nameMustBeFree(place);
      forgetOtherAccess(place, wanted);
      const oxDbId = await ox.users.create(
        place.context,
        {
          // Also at creation, so that a new user and a changed one are equal, and the same file twice changes nothing.
          ...emptyFields(wanted.cleared.filter((field) => !isFurtherAddress(field))),
          ...wanted.fields,
          defaultSenderAddress: wanted.primaryMail,
          language: settings.language,
          timezone: settings.timezone,
          password: parts.randomPassword(),
        },
        wanted.access,
      );
      return { learnt: { oxDbId, ...learntAccess(wanted) } };
    },
    async remove(place) {
      const named = { name: place.name };
      try {
        await removeWithGroups(place.context, named);
      } catch (error) {
        const renamed = faultOf(error)?.isNoSuchUser ? await underAnotherName(place) : null;
        if (renamed === null) {
          throw error;
        }
        await removeWithGroups(place.context, { id: renamed.id });
      }
    },
  };

  function forgetOtherAccess({ owner }: UserPlace, wanted: UserWanted): void {
    if (isAccessNew(wanted)) {
      parts.forgetAccess(owner.id);
    }
  }

  async function removeWithGroups(context: number, ref: Ref): Promise<void> {
    // The groups first: after a crash in between, the user still leads to what is left to do.
    for (const group of await ox.groups.ofUser(context, ref)) {
      const isOurs =
        typeof group.id === 'number' &&
        group.id > HIGHEST_DEFAULT_GROUP &&
        ownership.isClaimed([claimKeys.group(context, group.name ?? ''), claimKeys.group('', group.name ?? '')]);
      if (isOurs && (group.members ?? []).length === 1) {
        await removeGroup(ox, context, group);
      }
    }
    await ox.users.delete(context, ref);
  }

  /** The remembered id is still this user: it has its present name, or its address, and belongs to nobody else. */
  async function underAnotherName(place: UserPlace): Promise<(OxUser & { readonly id: number }) | null> {
    const { context, id, signs, owner } = place;
    const found = id === null || !signs ? null : await ox.users.find(context, { id });
    if (!found?.name || typeof found.id !== 'number') {
      return null;
    }
    const isSameMail = signs?.mail && found.primaryEmail?.toLowerCase() === signs.mail.toLowerCase();
    const isThis = found.name === signs?.name || isSameMail;
    const isOthers = ownership.others(
      [claimKeys.user(context, found.name), claimKeys.userId(context, found.id)],
      owner,
    );
    return isThis && isOthers.length === 0 ? { ...found, id: found.id } : null;
  }
}

function learntAccess({ access }: UserWanted): Learnt {
  return access === null ? {} : { oxDbAccess: { ...access } };
}

/** OX quirk: absent and nil keep a field. Seen: docs/ox.md, "Clearing fields". So: an empty text clears it. */
function emptyFields(names: readonly string[]): OxUser {
  return Object.fromEntries(names.map((name) => [name, '']));
}

async function removeGroup(ox: Ox, context: number, group: OxGroup): Promise<void> {
  const ref: Ref = { id: group.id ?? 0, ...(group.name ? { name: group.name } : {}) };
  await unlessGone(ox.groups.delete(context, ref));
}

/** Whether the stored user has to be read before it is changed; each look costs a call. */
function mustLook(place: UserPlace, wanted: UserWanted): boolean {
  const primaryChanges = wanted.mailBefore?.primary.toLowerCase() !== wanted.primaryMail.toLowerCase();
  return (
    place.formerName !== null ||
    place.id === null ||
    wanted.mailBefore === null ||
    wanted.mailBefore.lost ||
    primaryChanges
  );
}

/** Where they are the user's own they are sent only if OX would refuse the primary mail for want of it among them. */
function ownAliases({ context }: UserPlace, wanted: UserWanted, stored: OxUser | null): OxUser {
  if (!wanted.keepsAliases || stored === null) {
    return {};
  }
  const had = aliasesOf(stored);
  const aliases = distinct([...had.filter((alias) => !isSubstitute(alias, context, stored.id)), wanted.primaryMail]);
  return had.length === aliases.length && aliases.every((alias) => had.includes(alias)) ? {} : { aliases };
}

/**
 * The default sender belongs to the user. It follows the primary mail if it was that, and becomes it if it is no longer
 * one of the user's addresses, which OX would refuse (docs/ox.md, "Mail addresses").
 */
function defaultSender(wanted: UserWanted, stored: OxUser | null): OxUser {
  if (stored === null) {
    return {};
  }
  const sender = stored.defaultSenderAddress?.toLowerCase();
  const addresses = wanted.keepsAliases ? [...wanted.addresses, ...aliasesOf(stored)] : wanted.addresses;
  const isAddress = addresses.some((address) => address.toLowerCase() === sender);
  const formerPrimary = (wanted.mailBefore?.primary ?? stored.primaryEmail)?.toLowerCase();
  const follows = sender === formerPrimary && sender !== wanted.primaryMail.toLowerCase();
  return isAddress && !follows ? {} : { defaultSenderAddress: wanted.primaryMail };
}
