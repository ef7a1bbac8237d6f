/** users/user → OXUserService (SPEC 7.3): decides where a user should be in OX, and with which values. No effects. */
import { type AccessProfiles, moduleAccessOf } from '../access-profiles/access-profiles.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { Change } from '../model/change.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from '../model/udm.ts';
import type { ModuleAccess, OxUser } from '../ox/ox.ts';
import { formerNameOf, type Identifier, nameOf } from './identity.ts';
import { imapLogin } from './login-template.ts';
import type { Plan, Skip, Target } from './provisioner.ts';
import { loginOf } from './reconcile.ts';
import { type FieldSettings, mappedText, UNLIMITED, unclearable, userFields } from './user-fields.ts';

export interface UserPlace {
  readonly context: number;
  readonly name: string;
  /** The name in OX so far, if it is another one. */
  readonly formerName: string | null;
  /** Remembered; null: not known in this context. */
  readonly id: number | null;
  /** Where the user comes from when it changes its context; the id there is not relied upon. */
  readonly movesFrom: { readonly context: number; readonly name: string } | null;
}

export interface UserWanted {
  readonly fields: OxUser & { readonly name: string };
  /** Names of `fields` that are left out of a change. */
  readonly createOnly: readonly string[];
  /** Text fields that are to be empty. */
  readonly cleared: readonly string[];
  /** null: the profile is not known, leave the access alone. */
  readonly access: ModuleAccess | null;
  readonly primaryMail: string;
  /** All addresses, the primary one first. */
  readonly addresses: readonly string[];
  /** The primary mail so far and whether an address goes away; null: the previous state is not known. */
  readonly mailBefore: { readonly primary: string; readonly lost: boolean } | null;
}

export interface UserSettings extends FieldSettings {
  readonly identifier: Identifier;
  readonly imapLogin: string;
}

export interface UserPlanDeps {
  readonly settings: () => UserSettings;
  readonly profiles: AccessProfiles;
  /** The name of the context's admin; null: we have no credentials for the context. */
  readonly adminOf: (context: number) => string | null;
}

export type UserPlan = Plan<UserPlace, UserWanted>;

export function planUser(change: Change, deps: UserPlanDeps): UserPlan {
  const former = formerPlace(change, deps);
  const after = change.after !== null && readBoolean(change.after.isOxUser) ? change.after : null;
  if (after === null) {
    return removal(former, change.before, deps);
  }
  const context = readInteger(after.oxContext);
  if (context === null) {
    return skipped({ reason: 'it is an OX user without oxContext' });
  }
  const admin = deps.adminOf(context);
  if (admin === null) {
    return skipped(withoutCredentials(context));
  }
  const settings = deps.settings();
  const name = nameOf(settings.identifier, change, after);
  if (isSameName(name, admin)) {
    return skipped({ reason: `${name} is the admin of context ${context}, which is never changed` });
  }
  const warnings: string[] = [];
  const before = change.before;
  const wanted = wantedUser(change.dn, name, after, before, settings, deps.profiles, warnings);
  const stays = former !== null && former.context === context;
  const target: Target<UserPlace, UserWanted> = {
    place: {
      context,
      name,
      formerName: stays && former.name !== name ? former.name : null,
      id: stays ? former.id : null,
      movesFrom: former && !stays && isReachable(former, deps) ? former : null,
    },
    wanted,
    expected: stays,
  };
  const leaves = former && !stays ? removal(former, before, deps) : null;
  return {
    targets: [target, ...(leaves?.targets ?? [])],
    warnings: [...warnings, ...(leaves?.skip ? [`stays in context ${former?.context}: ${leaves.skip.reason}`] : [])],
    touches: distinct([
      ...namesOf(target.place).map((each) => `user:${context}:${lower(each)}`),
      ...claimsOf(context, after, settings),
      ...claimsOf(context, before, settings),
      ...(leaves?.touches ?? []),
    ]),
    lanes: leaves?.lanes ?? [],
    ...(target.place.movesFrom && former
      ? { needs: [loginOf(context), loginOf(former.context), loginOf('master')] }
      : {}),
    learnt: { oxDbUsername: name, oxDbContext: context },
  };
}

/** The same for all types: the object waits until contexts.json has the entry. */
function withoutCredentials(context: number): Skip {
  return { reason: `contexts.json has no credentials for context ${context}`, missingCredentials: context };
}

function skipped(skip: Skip): UserPlan {
  return { skip, targets: [], warnings: [], touches: [] };
}

interface FormerPlace {
  readonly context: number;
  readonly name: string;
  readonly id: number | null;
}

/** Where the last state says that the user is; null: nowhere. */
function formerPlace(change: Change, deps: UserPlanDeps): FormerPlace | null {
  const { before } = change;
  if (before === null) {
    return null;
  }
  const remembered = readInteger(before.oxDbContext);
  const wasProvisioned = readBoolean(before.isOxUser) && before.oxDbSkipped === undefined;
  const context = remembered ?? (wasProvisioned ? readInteger(before.oxContext) : null);
  if (context === null) {
    return null;
  }
  const name = readText(before.oxDbUsername) ?? formerNameOf(deps.settings().identifier, change, before);
  return name === null ? null : { context, name, id: readInteger(before.oxDbId) };
}

/** The former user exists, and is one that we may touch. */
function isReachable(former: FormerPlace, deps: UserPlanDeps): boolean {
  const admin = deps.adminOf(former.context);
  return admin !== null && !isSameName(former.name, admin);
}

function removal(former: FormerPlace | null, before: Properties | null, deps: UserPlanDeps): UserPlan {
  if (former === null) {
    return { targets: [], warnings: [], touches: [] };
  }
  const admin = deps.adminOf(former.context);
  if (admin === null) {
    return skipped(withoutCredentials(former.context));
  }
  if (isSameName(former.name, admin)) {
    return skipped({ reason: `${former.name} is the admin of context ${former.context}, which is never deleted` });
  }
  const place = { ...former, formerName: null, movesFrom: null };
  return {
    targets: [{ place, wanted: null, expected: true }],
    warnings: [],
    touches: [`user:${former.context}:${lower(former.name)}`, ...claimsOf(former.context, before, deps.settings())],
    // Two users that leave the same group at once would both leave it to the other to remove it.
    lanes: [`removal:${former.context}`],
  };
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function wantedUser(
  dn: string,
  name: string,
  after: Properties,
  before: Properties | null,
  settings: UserSettings,
  profiles: AccessProfiles,
  warnings: string[],
): UserWanted {
  const { set, cleared, ignored } = userFields(settings, after, before, dn);
  const primaryMail = set.email1;
  if (!primaryMail) {
    const property = settings.mapping.email1?.ldap_attribute ?? 'email1';
    throw new ConnectorError(
      'PROPERTY_INVALID',
      `the property ${property} of ${dn} is empty, but every OX user needs a primary mail address`,
      { dn, property },
      undefined,
      `Set ${property} in UDM, or clear isOxUser.`,
    );
  }
  warnings.push(...ignored.map((what) => `ignored: ${what}`));
  const lost = before === null ? [] : unclearable(settings, before, after);
  if (lost.length > 0) {
    warnings.push(
      `OX cannot clear what came from ${lost.join(', ')}: the old value stays until it is removed in OX by hand`,
    );
  }
  const addresses = distinct([primaryMail, ...(set.aliases ?? [])]);
  const oxAccess = readText(after.oxAccess);
  const quotas = quota(set, before, settings);
  return {
    fields: {
      ...set,
      name,
      email1: primaryMail,
      primaryEmail: primaryMail,
      aliases: addresses,
      imapLogin: imapLogin(settings.imapLogin, after, primaryMail, dn),
      mailenabled: oxAccess !== null && oxAccess !== 'none',
      gui_spam_filter_enabled: true,
      ...quotas.fields,
    },
    createOnly: quotas.createOnly,
    cleared,
    access: accessOf(oxAccess, profiles, warnings),
    primaryMail,
    addresses,
    mailBefore: mailBefore(before, settings, addresses),
  };
}

function accessOf(oxAccess: string | null, profiles: AccessProfiles, warnings: string[]): ModuleAccess | null {
  const rights = oxAccess === null ? new Set<string>() : profiles.find(oxAccess);
  if (rights) {
    return moduleAccessOf(rights);
  }
  warnings.push(`the access profile ${JSON.stringify(oxAccess)} is not known: the module access is left alone`);
  return null;
}

/**
 * OX quirk: a quota sent in a change is refused for users without a file storage of their own. Seen: FACTS 4, change.
 * So: "unlimited", which is the same as none, is sent in a change only where another quota has to be taken back.
 */
function quota(
  set: OxUser,
  before: Properties | null,
  settings: UserSettings,
): { fields: Pick<OxUser, 'maxQuota'>; createOnly: string[] } {
  const formerly = readInteger(before && mappedText(settings.mapping, 'maxQuota', before)) ?? UNLIMITED;
  const isLimited = (set.maxQuota ?? UNLIMITED) !== UNLIMITED;
  if (settings.mapping.maxQuota?.ldap_attribute === null) {
    return { fields: {}, createOnly: ['usedQuota'] };
  }
  if (isLimited || formerly === UNLIMITED) {
    return { fields: {}, createOnly: isLimited ? [] : ['maxQuota', 'usedQuota'] };
  }
  return { fields: { maxQuota: UNLIMITED }, createOnly: ['usedQuota'] };
}

function mailBefore(
  before: Properties | null,
  settings: UserSettings,
  addresses: readonly string[],
): UserWanted['mailBefore'] {
  if (before === null) {
    return null;
  }
  const primary = mappedText(settings.mapping, 'email1', before);
  if (primary === null) {
    return null;
  }
  const now = new Set(addresses.map(lower));
  const lost = [primary, ...readTexts(before[settings.mapping.aliases?.ldap_attribute ?? ''])].some(
    (address) => !now.has(lower(address)),
  );
  return { primary, lost };
}

function namesOf(place: UserPlace): string[] {
  return [place.name, place.formerName ?? place.name, place.movesFrom?.name ?? place.name];
}

/** What OX lets only one user have at a time: nobody may take it before it is given up. */
function claimsOf(context: number, properties: Properties | null, { mapping }: UserSettings): string[] {
  const valuesOf = (field: string): string[] => {
    const entry = mapping[field];
    const names = [entry?.ldap_attribute ?? '', ...(entry?.alternative_attributes ?? [])];
    return names.flatMap((name) => readTexts(properties?.[name])).map(lower);
  };
  return [
    ...[...valuesOf('email1'), ...valuesOf('aliases')].map((mail) => `mail:${mail}`),
    ...valuesOf('display_name').map((name) => `displayname:${context}:${name}`),
  ];
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** Without regard to case; the first spelling stays. */
function distinct(texts: readonly string[]): string[] {
  return [...new Map(texts.toReversed().map((text) => [lower(text), text])).values()].reverse();
}
