/** What the sandbox and its test client say to each other as JSON: state, seeds, drift, rules, options, records. */

export type Scalar = string | number | boolean | null;
export type Json = Scalar | Json[] | { [key: string]: Json };

export interface AccountState {
  id?: number;
  primaryAddress: string;
  name?: string;
  personal?: string;
  login?: string;
  [field: string]: unknown;
}

/** All stored fields by their WSDL names; what was never set is left out. */
export interface UserState {
  id: number;
  name: string;
  display_name?: string;
  primaryEmail?: string;
  email1?: string;
  defaultSenderAddress?: string;
  aliases?: string[];
  password?: string;
  moduleAccess: Record<string, boolean>;
  accounts: AccountState[];
  primaryAccountRemoved?: true;
  [field: string]: unknown;
}

export interface GroupState {
  id: number;
  name: string;
  displayname: string;
  members: number[];
}

export interface ResourceState {
  id: number;
  name: string;
  displayname?: string;
  description?: string;
  email?: string;
  [field: string]: unknown;
}

/** `users` leaves the context's admin out; it is `admin`. */
export interface ContextState {
  id: number;
  name: string;
  maxQuota: number;
  enabled: boolean;
  loginMappings: string[];
  admin: UserState;
  users: UserState[];
  groups: GroupState[];
  resources: ResourceState[];
  [field: string]: unknown;
}

export interface SandboxState {
  contexts: Record<string, ContextState>;
}

/** The same without ids and passwords, members by name: equal when two histories led to the same result. */
export interface CanonicalState {
  contexts: Record<string, CanonicalContext>;
}

export interface CanonicalContext {
  name: string;
  maxQuota: number;
  enabled: boolean;
  loginMappings: string[];
  admin: Record<string, unknown>;
  users: Record<string, unknown>[];
  groups: { name: string; displayname: string; members: string[] }[];
  resources: Record<string, unknown>[];
  [field: string]: unknown;
}

export interface SeedUser {
  name: string;
  id?: number;
  password?: string;
  moduleAccess?: Record<string, boolean>;
  accounts?: Record<string, unknown>[];
  [field: string]: unknown;
}

export interface SeedContext {
  name?: string;
  maxQuota?: number;
  enabled?: boolean;
  loginMappings?: string[];
  admin?: Partial<SeedUser>;
  users?: SeedUser[];
  /** Mail addresses of the recipients of shares. */
  guests?: string[];
  /** Members by user name or id. */
  groups?: { name: string; displayname?: string; members?: (string | number)[] }[];
  resources?: { name: string; displayname?: string; email?: string; [field: string]: unknown }[];
}

export interface Seed {
  contexts?: Record<string, SeedContext>;
}

export interface Drift {
  deleteUser?: { context: number; name: string };
  setUser?: { context: number; name: string; fields: Record<string, unknown> };
  deleteGroup?: { context: number; name: string };
  setGroup?: { context: number; name: string; displayname?: string; members?: (string | number)[] };
  deleteResource?: { context: number; name: string };
  setResource?: { context: number; name: string; fields: Record<string, unknown> };
  removeAccount?: { context: number; name: string; primaryAddress: string };
  deleteContext?: { context: number };
  /** As if another process were writing users. */
  lockUsers?: { context: number; ms: number };
  renumber?: { context: number };
}

export interface SandboxOptions {
  /** USERNAME_CHANGEABLE */
  usernameChangeable: boolean;
  /** ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET */
  allowQuota: boolean;
  /** com.openexchange.user.enforceUniqueDisplayName */
  uniqueDisplayName: boolean;
  uniquePrimaryMail: boolean;
  /** PRIMARY_MAIL_UNCHANGEABLE */
  primaryMailUnchangeable: boolean;
  /** com.openexchange.admin.enableAdminMailChecks */
  adminMailChecks: boolean;
  /** MASTER_ACCOUNT_OVERRIDE */
  masterOverride: boolean;
  /** CHECK_..._UID_FOR_NOT_ALLOWED_CHARS */
  checkUserNames: boolean;
  checkGroupNames: boolean;
  checkResourceNames: boolean;
  /** Secondary account `list` also gives each user's primary account, with id 0. */
  listPrimaryAccounts: boolean;
  /** Elements an older OX does not know, e.g. ["gabMode", "permissions"]: sending them is a fault. */
  unknownElements: string[];
  /** Services that are not installed. */
  absentServices: string[];
  /** What `?wsdl` is answered with in place of 200: a proxy, or an OX that is starting. 0: as usual. */
  wsdlStatus: number;
  /** From 8.35.276 on OXUtilService has getVersion. */
  version: string;
  /** `convertguest` in the WSDL of OXUserService. */
  convertGuest: boolean;
  /** How long the tables of a deleted context are still being emptied after the answer: real ones take up to a second. */
  deletionMs: number;
  /** Of the seconds that OX sleeps when it finds the users of a context locked. */
  lockSleepScale: number;
  /** How long a copy of a user takes beside the latency. */
  copyMs: number;
  /** How long one of three copies that met others hangs; 0: none does. */
  copyHangMs: number;
  /** Every answer waits so long. Checks are made at once; a creation or a user write takes effect half way. */
  latencyMs: number;
  /** Every call waits 0..n ms at random, partly before and partly after its checks. */
  randomLatencyMs: number;
  /** How long an idle connection is kept. */
  keepAliveMs: number;
  recordCalls: boolean;
  recordBodies: boolean;
  validate: boolean;
  /** Also validates the sandbox's own answers. */
  checkAnswers: boolean;
}

export interface RuleMatch {
  service?: string;
  operation?: string;
  context?: number | string;
  /** Id or name of the object in the request. */
  object?: number | string;
  /** Absolute number of the SOAP call since the last reset, from 1. */
  call?: number;
  /** n-th matching call, from 1. */
  nth?: number;
}

export interface RuleAction {
  delay?: number;
  fault?: { exception?: string; text: string; code?: string };
  status?: number;
  body?: string;
  contentType?: string;
  headers?: Record<string, string>;
  redirect?: string;
  /** `during`: OX has checked the call, and takes `delay` to do it though nobody hears of it. */
  reset?: 'before' | 'during' | 'after';
  hang?: 'before' | 'after';
  truncate?: number;
  garbage?: string;
  wrongOperation?: boolean;
  huge?: number;
  hugeList?: number;
  doctype?: boolean;
  gzip?: boolean;
  kill?: number;
  signal?: string;
  when?: 'before' | 'after';
  /** Apply the call although its answer is replaced. */
  applied?: boolean;
}

export interface Rule {
  match?: RuleMatch;
  /** How often it strikes; default 1. */
  times?: number;
  action: RuleAction;
}

export interface CallRecord {
  n: number;
  service: string;
  operation: string;
  context: number | string | null;
  object: number | string | null;
  /** `ok`, `fault: <text without exceptionId>` or `rule: <what> (applied|not applied)`. */
  outcome: string;
  body?: string;
}

export interface Counts {
  total: number;
  byOperation: Record<string, number>;
  bytesIn: number;
  bytesOut: number;
  cpuMs: number;
}

export interface Violation {
  n: number;
  service: string;
  operation: string;
  message: string;
  body: string;
}

/** `soap` counts connections that carried at least one SOAP call; `accepted` includes the control side's. */
export interface Connections {
  soap: number;
  accepted: number;
  open: number;
}
