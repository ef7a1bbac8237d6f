/** What `check` finds: one table of the kinds, how bad each is, and what to do about it. */
import type { ConnectorError, ErrorCode } from '../errors/connector-error.ts';
import type { FieldChange } from '../target/outcome.ts';

/** `info` is no problem. */
export type Severity = 'error' | 'warning' | 'info';

const KINDS = {
  failure: ['error', ''],
  'queue-stuck': ['error', 'listener_trigger queue list, queue show and plan explain it.'],
  'queue-invalid': ['error', 'Correct the object in UDM and save it: the newer file takes its place.'],
  parked: [
    'warning',
    'listener_trigger queue list --parked names them; queue retry puts them back when the reason is gone.',
  ],
  waiting: ['info', ''],
  agreed: ['info', ''],
  'service-missing': ['error', 'Install the SOAP packages of OX (open-xchange-admin-soap…) and restart it.'],
  'service-unknown': ['info', 'Ask again when OX has started; a proxy before OX may hide the descriptions (?wsdl).'],
  version: ['info', ''],
  feature: ['info', ''],
  certificate: ['info', ''],
  'certificate-expires': ['warning', "Renew the certificate of OX's web server in time."],
  'context-missing': [
    'error',
    'Create the context, or remove its entry from contexts.json (DEFAULT_CONTEXT: correct the setting).',
  ],
  'credentials-missing': [
    'warning',
    'Enter the admin of the context (listener_trigger credentials set): what waits is provisioned with the next run.',
  ],
  'credentials-unknown': [
    'warning',
    'Entries of contexts.json are called "master" or by the number of a context, such as "10": give it its name (or one that begins with $ where it is a note).',
  ],
  permissions: ['error', 'Correct owner and mode of the path; the connector usually runs as root in the container.'],
  'disk-space': ['error', 'Free some space: a full disk stops the queue. Nothing is lost by that.'],
  damaged: ['error', 'Restore the file from a backup, or remove it and save the object in UDM.'],
  invalid: ['error', 'Correct the object in UDM.'],
  identifier: ['error', 'Set the property in UDM, or choose one that every object has (entryUUID always works).'],
  refused: [
    'error',
    'Correct the object in UDM. For names OX can be told to allow them: CHECK_…_UID_FOR_NOT_ALLOWED_CHARS=false.',
  ],
  'no-context': ['warning', 'Set oxContext in UDM, or clear isOxUser.'],
  'display-name-taken': [
    'warning',
    'Give one of the users another display name, or set com.openexchange.user.enforceUniqueDisplayName=false in OX.',
  ],
  'display-name-shared': ['info', ''],
  'rights-exclusive': ['error', 'Change the access profile in UDM: OX refuses every user that has it.'],
  'profile-unknown': [
    'warning',
    'Create the access profile in UDM, or give the users another one: their module access is left alone.',
  ],
  'profile-differs': ['warning', 'Provision the access profile again (--fix).'],
  'member-dangling': [
    'warning',
    'Save the users named in UDM so that they come into the queue, or remove them from the object.',
  ],
  'id-stale': [
    'warning',
    'Look the id up again (--fix). Where OX was restored from a backup: listener_trigger cache --delete, then cache --build-cache.',
  ],
  missing: ['error', 'Provision the object again (--fix).'],
  'claimed-twice': [
    'warning',
    'Give one of the objects another name in UDM. Of one that UDM does not have any more, remove the last state (listener/old/ID.json).',
  ],
  unknown: ['warning', 'Remove it in OX if it is left over; or save the UDM object that it belongs to.'],
  differs: ['warning', 'Provision the object again (--fix).'],
  unlisted: ['info', ''],
  'run-going-on': ['info', 'Run check again when it has ended.'],
  'account-left-over': [
    'warning',
    'OX removes it together with the primary account only: as soon as the user has another primary address, provision the account again (--fix).',
  ],
  'default-group': ['warning', 'Provision the user again (--fix): it joins the group of everybody.'],
  'not-named': [
    'warning',
    'It was deleted in UDM while nobody listened, unless UDM has it still: remove it by hand (docs/provisioning-api.md, "Left over").',
  ],
  'not-looked-for': [
    'info',
    'Where objects may have been deleted in UDM while nobody listened: listener_trigger subscribe --recreate brings a prefill that is whole.',
  ],
  'left-over': ['warning', 'Provision the object again (--fix).'],
  'address-claimed': ['error', 'Give each of them an address of its own, or take the alias away.'],
  'alias-shared': ['info', ''],
  'forward-loop': ['error', 'Take one of these forwards (aliases, mappings) away, in the directory or on the server.'],
} as const satisfies Record<string, readonly [Severity, string]>;

export type FindingKind = keyof typeof KINDS;

export interface FindingDetails {
  readonly context?: number;
  /** A name or DN. */
  readonly object?: string;
  /** OX's value before, ours after. */
  readonly fields?: readonly FieldChange[];
  /** The id of the object whose provisioning repairs it. */
  readonly repair?: string;
  /** That has to look up OX's id anew. */
  readonly forgetsId?: boolean;
  /** What a last state would claim that describes it. */
  readonly claims?: readonly string[];
  /** How many objects were compared, and how many of them agree. */
  readonly agreed?: { readonly compared: number; readonly agreed: number };
}

export interface Finding extends FindingDetails {
  readonly severity: Severity;
  readonly kind: FindingKind;
  readonly message: string;
  readonly remedy: string;
  /** Of a failure that kept us from looking further. */
  readonly code?: ErrorCode;
}

export function finding(kind: FindingKind, message: string, details: FindingDetails = {}): Finding {
  const [severity, remedy] = KINDS[kind];
  return { severity, kind, message, remedy, ...details };
}

/** Why we could not look, or not further. */
export function failureFinding(error: ConnectorError, context?: number): Finding {
  const { code, message, remedy } = error;
  return { ...finding('failure', message, context === undefined ? {} : { context }), remedy, code };
}
