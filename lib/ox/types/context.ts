/** oxmail/oxcontext → OXContextService (docs/behaviour.md, "Contexts"), with the master admin. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import type { Change } from '../../model/change.ts';
import { claimKeys, loginOf } from '../../model/claims.ts';
import { readInteger, readText } from '../../model/udm.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Plan } from '../../target/plan.ts';
import type { Login } from '../services/logins.ts';
import type { OxAdmin, OxContext } from '../services/ox.ts';
import { faultOf } from '../soap/client.ts';
import { LIMITS } from './lengths.ts';
import type { Operations } from './operations.ts';
import type { Owner } from './ownership.ts';
import { wasThere } from './reconcile.ts';
import type { Parts } from './registry.ts';
import { propertyInvalid, readSendable } from './sendable.ts';

export interface ContextPlace {
  readonly context: number;
  readonly owner: Owner;
  /** The name so far is another one, or is not known. */
  readonly mayBeRenamed: boolean;
}

export interface ContextWanted {
  readonly name: string;
  /** MB; -1: unlimited. */
  readonly maxQuota: number;
}

const UNLIMITED = -1;

export function planContext(change: Change, { hasCredentials, ownership }: Parts): Plan<ContextPlace, ContextWanted> {
  const properties = change.after ?? change.before;
  const context = readInteger(properties?.contextid);
  if (context === null || properties === null) {
    return { targets: [], warnings: [], touches: [] };
  }
  const names = [change.before?.name, change.after?.name].flatMap((each) => readText(each)?.toLowerCase() ?? []);
  const common = {
    warnings: [],
    touches: [`context:${context}`, ...new Set(names.map((each) => `context:${each}`))],
    // Contexts share contexts.json: they never overlap.
    lanes: ['contexts.json'],
    needs: [loginOf('master')],
    provides: [loginOf(context)],
  };
  const place = { context, owner: change, mayBeRenamed: false };
  if (change.after === null) {
    const warning = ownership.standsForOther([claimKeys.context(context)], `context ${context}`, change);
    return warning === null
      ? { ...common, targets: [{ place, wanted: null, expected: true }] }
      : { ...common, targets: [], warnings: [warning] };
  }
  const former = readInteger(change.before?.contextid);
  if (former !== null && former !== context) {
    throw otherNumber(change.dn, former, context);
  }
  const name = readSendable(change.after, 'name', change.dn, LIMITS.name) ?? String(context);
  const wanted = { name, maxQuota: readInteger(change.after.oxQuota) ?? UNLIMITED };
  // Without a last state it is not known what OX calls it.
  const at = { ...place, mayBeRenamed: readText(change.before?.name) !== name };
  return {
    targets: [{ place: at, wanted, expected: change.before !== null || hasCredentials(context) }],
    ...common,
  };
}

export function contextOperations(parts: Parts): Operations<ContextPlace, ContextWanted, OxContext> {
  const { ox, credentials, hasCredentials, deletions, ownership, settings } = parts;
  return {
    find: ({ context }) => ox.contexts.find(context),
    async create(place, wanted) {
      const { context, owner } = place;
      ownership.mustBeFree([claimKeys.context(context)], `context ${context}`, owner);
      const isNew = !hasCredentials(context);
      if (isNew && (await ox.contexts.exists(context))) {
        ownership.mustBeAdoptable([claimKeys.context(context)], `context ${context}`, owner);
        await change(place, wanted, null);
        return { done: [{ action: 'updated', text: 'updated' }], warnings: [notAdopted(context)] };
      }
      const adminuser = context === settings.defaultContext ? 'oxadmin' : `oxadmin-context${context}`;
      // Before OX is asked: a context whose password is lost can never be opened again. An entry that is there already
      // is of a run that was cut off, or of an administrator who prepared it: it is used.
      const login = credentials.find(context) ?? { adminuser, adminpass: parts.randomPassword() };
      if (isNew) {
        credentials.put(context, login);
      }
      await untilDeleted(context);
      // Before OX is asked: whoever was in one that OX has lost comes back, also where this run is cut off after its creation.
      parts.forgetWithin(context);
      await ox.contexts.create(
        { id: context, ...wanted, loginMappings: [`context${context}`, String(context)] },
        adminOf(login, settings),
      );
      return {};
    },
    async update(place, wanted, found) {
      const { context, owner } = place;
      if (!ownership.isOwn(claimKeys.context(context), owner)) {
        ownership.mustBeAdoptable([claimKeys.context(context)], `context ${context}`, owner);
      }
      await change(place, wanted, found);
      return hasCredentials(context) ? {} : { warnings: [notAdopted(context)] };
    },
    async remove({ context }) {
      const isRemoved = await deleteContext(context);
      credentials.remove(context);
      return isRemoved;
    },
  };

  async function change(place: ContextPlace, wanted: ContextWanted, found: OxContext | null): Promise<void> {
    const { context, mayBeRenamed } = place;
    const stored = found ?? (mayBeRenamed ? await ox.contexts.find(context) : null);
    await ox.contexts.change({ ...wanted, ...mappingsAfterRename(stored, wanted.name), id: context });
  }

  /** Answers whether it was there. */
  async function deleteContext(context: number): Promise<boolean> {
    const wasBegun = deletions.mayGoOn(context);
    deletions.begin(context);
    try {
      const isDeleted = await wasThere(ox.contexts.delete(context));
      if (isDeleted) {
        deletions.end(context);
      } else if (wasBegun) {
        deletions.endGone(context);
      } else {
        deletions.cancel(context);
      }
      return isDeleted;
    } catch (error) {
      if (faultOf(error) !== null && !wasBegun) {
        deletions.cancel(context);
      }
      throw error;
    }
  }

  async function untilDeleted(context: number): Promise<void> {
    if (deletions.isOpen(context) && !(await ox.contexts.exists(context))) {
      deletions.endGone(context);
    }
    const remaining = deletions.remaining(context);
    if (remaining > 0) {
      await parts.pause(remaining, `OX may still be deleting the former context ${context}`);
    }
  }
}

/**
 * OX quirk: the old name stays a login mapping at a rename, and the new one becomes none, unless the list is sent: it
 * replaces the old one, and OX adds the number and the new name to it. Seen: docs/ox.md, "Login mappings". So: as it
 * is, less the old name.
 */
function mappingsAfterRename(stored: OxContext | null, name: string): OxContext {
  if (!stored || typeof stored.name !== 'string' || stored.name === name) {
    return {};
  }
  const dropped = new Set([stored.name.toLowerCase(), name.toLowerCase()]);
  const kept = (stored.loginMappings ?? []).filter((each) => each !== null && !dropped.has(each.toLowerCase()));
  // An empty list would not be sent at all; one empty text removes all but what OX adds.
  return { loginMappings: kept.length > 0 ? kept : [''] };
}

/** OX knows a context by its number: with another one its users, and all they have, would be left behind. */
function otherNumber(dn: string, former: number, context: number): ConnectorError {
  return propertyInvalid(
    dn,
    'contextid',
    `the property contextid of ${dn} is ${context}, but OX has the context as ${former}, and no context can get another number`,
    `Set contextid to ${former} again in UDM. For a context ${context} make another object, and move the users there.`,
  );
}

function notAdopted(context: number): string {
  return (
    `context ${context} exists in OX but has no entry in contexts.json: only its name and quota are kept up to date, ` +
    'its users, groups and resources are skipped until its admin is entered there'
  );
}

function adminOf(login: Login, { domainName, timezone, language }: Settings): OxAdmin {
  const mail = `${login.adminuser}@${domainName}`;
  return {
    name: login.adminuser,
    password: login.adminpass,
    display_name: 'OX Admin',
    given_name: 'OX',
    sur_name: 'Admin',
    primaryEmail: mail,
    email1: mail,
    timezone,
    language,
  };
}
