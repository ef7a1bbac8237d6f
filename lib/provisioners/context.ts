/** oxmail/oxcontext → OXContextService (SPEC 7.1), with the master admin. */
import type { Credentials } from '../credentials/credentials.ts';
import type { Change } from '../model/change.ts';
import { claimKeys } from '../model/claims.ts';
import { readInteger, readText } from '../model/udm.ts';
import type { Ox, OxAdmin, OxContext } from '../ox/ox.ts';
import { LIMITS } from './lengths.ts';
import type { Owner, Ownership } from './ownership.ts';
import type { Operations, Plan } from './provisioner.ts';
import { loginOf, wasThere } from './reconcile.ts';
import { readSendable } from './sendable.ts';

export interface ContextPlace {
  readonly context: number;
  readonly owner: Owner;
}

export interface ContextWanted {
  readonly name: string;
  /** MB; -1: unlimited. */
  readonly maxQuota: number;
}

const UNLIMITED = -1;

export function planContext(
  change: Change,
  credentials: Credentials,
  ownership: Ownership,
): Plan<ContextPlace, ContextWanted> {
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
  const place = { context, owner: change };
  if (change.after === null) {
    const warning = ownership.standsForOther([claimKeys.context(context)], `context ${context}`, change);
    return warning === null
      ? { ...common, targets: [{ place, wanted: null, expected: true }] }
      : { ...common, targets: [], warnings: [warning] };
  }
  const name = readSendable(change.after, 'name', change.dn, LIMITS.name) ?? String(context);
  const wanted = { name, maxQuota: readInteger(change.after.oxQuota) ?? UNLIMITED };
  return {
    targets: [{ place, wanted, expected: change.before !== null || credentials.find(context) !== null }],
    ...common,
  };
}

export interface ContextOperationsDeps {
  readonly ox: Ox;
  readonly credentials: Credentials;
  readonly ownership: Ownership;
  readonly defaultContext: number;
  readonly domainName: string;
  readonly language: string;
  readonly timezone: string;
  readonly randomPassword: () => string;
}

export function contextOperations(
  deps: ContextOperationsDeps,
): Operations<ContextPlace, ContextWanted, { id: number }> {
  const { ox, credentials, ownership } = deps;
  return {
    find: async ({ context }) => ((await ox.contexts.exists(context)) ? { id: context } : null),
    async create({ context, owner }, wanted) {
      ownership.mustBeFree([claimKeys.context(context)], `context ${context}`, owner);
      const isNew = credentials.find(context) === null;
      if (isNew && (await ox.contexts.exists(context))) {
        await change(context, wanted);
        return { done: 'updated', warnings: [notAdopted(context)] };
      }
      const adminuser = context === deps.defaultContext ? 'oxadmin' : `oxadmin-context${context}`;
      // Before OX is asked: a context whose password is lost can never be opened again. An entry that is there already
      // is of a run that was cut off, or of an administrator who prepared it: it is used.
      const login = credentials.find(context) ?? { adminuser, adminpass: deps.randomPassword() };
      if (isNew) {
        credentials.put(context, login);
      }
      await ox.contexts.create(
        { id: context, ...wanted, loginMappings: [`context${context}`, String(context)] },
        adminOf(login, deps),
      );
      return {};
    },
    async update({ context, owner }, wanted) {
      if (!ownership.isOwn(claimKeys.context(context), owner)) {
        ownership.mustBeFree([claimKeys.context(context)], `context ${context}`, owner);
      }
      await change(context, wanted);
      return credentials.find(context) === null ? { warnings: [notAdopted(context)] } : {};
    },
    async remove({ context }) {
      const isRemoved = await wasThere(() => ox.contexts.delete(context));
      credentials.remove(context);
      return isRemoved;
    },
  };

  async function change(context: number, wanted: ContextWanted): Promise<void> {
    await ox.contexts.change({ id: context, ...wanted } satisfies OxContext & { id: number });
  }
}

function notAdopted(context: number): string {
  return (
    `context ${context} exists in OX but has no entry in contexts.json: only its name and quota are kept up to date, ` +
    'its users, groups and resources are skipped until its admin is entered there'
  );
}

function adminOf(login: { adminuser: string; adminpass: string }, deps: ContextOperationsDeps): OxAdmin {
  const mail = `${login.adminuser}@${deps.domainName}`;
  return {
    name: login.adminuser,
    password: login.adminpass,
    display_name: 'OX Admin',
    given_name: 'OX',
    sur_name: 'Admin',
    primaryEmail: mail,
    email1: mail,
    timezone: deps.timezone,
    language: deps.language,
  };
}
