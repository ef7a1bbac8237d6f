/**
 * The one error class of the connector, and the one table of its codes and exit codes
 * (docs/troubleshooting.md, "By exit code").
 */
import { clip } from './clip.ts';

/** Code → exit code of the process. */
export const EXIT_CODES = {
  USAGE: 64,
  QUEUE_FILE_INVALID: 65,
  PROPERTY_INVALID: 65,
  DIRECTORY_EMPTY: 65,
  TOO_MANY_DELETIONS: 65,
  OX_UNREACHABLE: 69,
  OX_TLS: 69,
  OX_HTTP: 69,
  OX_TIMEOUT: 69,
  OX_ANSWER_INVALID: 69,
  TMAIL_UNREACHABLE: 69,
  LDAP_UNREACHABLE: 69,
  PROVISIONING_UNREACHABLE: 69,
  PROVISIONING_ANSWER_INVALID: 69,
  PROVISIONING_BROKEN: 69,
  PREFILL_FAILED: 69,
  INTERNAL: 70,
  DATA_UNREADABLE: 74,
  DATA_UNWRITABLE: 74,
  LAST_STATE_BROKEN: 74,
  LOCK_HELD: 75,
  PREFILL_RUNNING: 75,
  OX_REFUSED: 76,
  TMAIL_REFUSED: 76,
  SUBSCRIPTION_DIFFERS: 76,
  OX_CREDENTIALS: 77,
  TMAIL_CREDENTIALS: 77,
  LDAP_CREDENTIALS: 77,
  PROVISIONING_CREDENTIALS: 77,
  SETTINGS_INVALID: 78,
  CREDENTIALS_BROKEN: 78,
  MAPPING_BROKEN: 78,
  TMAIL_CONFIGURATION: 78,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/**
 * What a failure is about, and so what it holds up: the object (its values, or what others have in OX), a login and all
 * that needs it, or everything.
 */
export type Nature = 'object' | 'login' | 'everything';

const NATURES: Readonly<Partial<Record<ErrorCode, Nature>>> = {
  QUEUE_FILE_INVALID: 'object',
  PROPERTY_INVALID: 'object',
  OX_REFUSED: 'object',
  TMAIL_REFUSED: 'object',
  OX_CREDENTIALS: 'login',
};

/** What a reader of the log needs beside the message. Never a secret. */
export type ErrorFields = Readonly<Record<string, string | number | undefined>>;

export interface ErrorDetails {
  readonly fields?: ErrorFields;
  readonly cause?: unknown;
  /** What the administrator can do about it. */
  readonly remedy?: string | undefined;
  /** Where the code does not tell. */
  readonly nature?: Nature | undefined;
}

export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ErrorCode;
  readonly fields: ErrorFields;
  /** What the administrator can do about it; empty: nothing special is known. */
  readonly remedy: string;
  readonly nature: Nature;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { fields = {}, cause, remedy = '', nature = NATURES[code] ?? 'everything' } = details;
    super(clip(message), cause === undefined ? undefined : { cause });
    this.code = code;
    this.fields = fields;
    this.remedy = clip(remedy);
    this.nature = nature;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** Any thrown value as a ConnectorError; what is not one already is an internal error, or a full or broken disk. */
export function asConnectorError(cause: unknown): ConnectorError {
  if (cause instanceof ConnectorError) {
    return cause;
  }
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (isSystemError(error)) {
    return dataError(error);
  }
  return new ConnectorError('INTERNAL', `internal error: ${error.message}`, {
    fields: { stack: error.stack },
    cause: error,
    remedy: 'This is a defect of the connector. Please report it with the lines above.',
  });
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

const WRITING = new Set([
  'write',
  'rename',
  'unlink',
  'fsync',
  'mkdir',
  'link',
  'fchmod',
  'chmod',
  'ftruncate',
  'truncate',
]);
const FULL_OR_FORBIDDEN = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** Node has no name for a quota that is used up, and says UNKNOWN. */
const EDQUOT = -122;

/** A failed system call on a file of DATA. */
function dataError(error: NodeJS.ErrnoException): ConnectorError {
  const code = error.errno === EDQUOT ? 'EDQUOT' : (error.code ?? '');
  const writing = WRITING.has(error.syscall ?? '') || FULL_OR_FORBIDDEN.has(code);
  const path = error.path ?? '';
  return new ConnectorError(
    writing ? 'DATA_UNWRITABLE' : 'DATA_UNREADABLE',
    `cannot ${writing ? 'write' : 'read'} ${path || 'a file of the data directory'}: ${error.message}`,
    {
      fields: path ? { path } : {},
      cause: error,
      remedy: REMEDIES[code] ?? 'Check that the data directory is mounted and that its files belong to the connector.',
    },
  );
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space. Nothing is lost, the next run goes on where this one stopped.',
  EDQUOT: 'The quota of the disk is used up: free some space. Nothing is lost, the next run goes on from here.',
  EROFS: 'The file system is mounted read-only: remount the data directory with write access.',
  EACCES: 'Give the connector (usually root in the container) read and write access to this path.',
  EPERM: 'Give the connector (usually root in the container) read and write access to this path.',
  EISDIR:
    'There is a directory where a file should be (Docker makes one where what is to be mounted is not there): remove it, or put the file in its place.',
  ENOTDIR: 'There is a file where a directory should be: move it away.',
  ENOENT: 'Create the directory, or correct OX_CONNECTOR_DATA_DIR or --data-dir.',
};
