/** The table of codes and exit codes, and what becomes of errors of others. */
import { asConnectorError, ConnectorError, type ErrorCode, EXIT_CODES } from '../../../lib/errors/connector-error.ts';

const EXPECTED: Readonly<Record<ErrorCode, number>> = {
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
};

it('has one exit code for each code', () => {
  expect(EXIT_CODES).toEqual(EXPECTED);
});

it.each(Object.entries(EXPECTED) as [ErrorCode, number][])('ends with the exit code of %s: %d', (code, exitCode) => {
  expect(new ConnectorError(code, 'x').exitCode).toBe(exitCode);
});

function systemError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: told by the system, ${syscall}`), {
    code,
    syscall,
    ...(path ? { path } : {}),
  });
}

const FULL = 'The disk is full: free some space. Nothing is lost, the next run goes on where this one stopped.';
const NO_ACCESS = 'Give the connector (usually root in the container) read and write access to this path.';

it.each<[Error, ErrorCode, string]>([
  [systemError('ENOSPC', 'write'), 'DATA_UNWRITABLE', FULL],
  [systemError('ENOSPC', 'open', '/data/x'), 'DATA_UNWRITABLE', FULL],
  [
    systemError('EDQUOT', 'fsync'),
    'DATA_UNWRITABLE',
    'The quota of the disk is used up: free some space. Nothing is lost, the next run goes on from here.',
  ],
  [
    systemError('EROFS', 'open', '/data/x'),
    'DATA_UNWRITABLE',
    'The file system is mounted read-only: remount the data directory with write access.',
  ],
  [systemError('EACCES', 'rename', '/data/x'), 'DATA_UNWRITABLE', NO_ACCESS],
  [systemError('EPERM', 'unlink', '/data/x'), 'DATA_UNWRITABLE', NO_ACCESS],
  [systemError('EACCES', 'open', '/data/x'), 'DATA_UNREADABLE', NO_ACCESS],
  [systemError('EACCES', 'scandir', '/data/x'), 'DATA_UNREADABLE', NO_ACCESS],
  [
    systemError('ENOENT', 'scandir', '/data/x'),
    'DATA_UNREADABLE',
    'Create the directory, or correct OX_CONNECTOR_DATA_DIR or --data-dir.',
  ],
  [
    systemError('EIO', 'read'),
    'DATA_UNREADABLE',
    'Check that the data directory is mounted and that its files belong to the connector.',
  ],
])('takes the failed system call %j for a problem of DATA: %s', (cause, code, remedy) => {
  const error = asConnectorError(cause);
  const { path } = cause as NodeJS.ErrnoException;
  expect(error).toMatchObject({ code, cause, exitCode: 74, remedy });
  const verb = code === 'DATA_UNWRITABLE' ? 'write' : 'read';
  expect(error.message).toBe(`cannot ${verb} ${path ?? 'a file of the data directory'}: ${cause.message}`);
  expect(error.fields).toEqual(path ? { path } : {});
});

it('leaves an error of its own as it is', () => {
  const error = new ConnectorError('OX_REFUSED', 'no', {
    fields: { dn: 'x' },
    cause: new Error('cause'),
    remedy: 'try harder',
  });
  expect(asConnectorError(error)).toBe(error);
});

it.each([new Error('oh'), new TypeError('oh'), 'oh', { toString: () => 'oh' }])(
  'takes anything else for internal: %s',
  (cause) => {
    expect(asConnectorError(cause)).toMatchObject({
      code: 'INTERNAL',
      exitCode: 70,
      message: 'internal error: oh',
      fields: { stack: expect.any(String) },
      remedy: 'This is a defect of the connector. Please report it with the lines above.',
    });
  },
);

it.each([
  ['PROPERTY_INVALID', 'object'],
  ['QUEUE_FILE_INVALID', 'object'],
  ['OX_REFUSED', 'object'],
  ['OX_CREDENTIALS', 'login'],
  ['OX_TIMEOUT', 'everything'],
  ['LAST_STATE_BROKEN', 'everything'],
] as const)('%s is about the %s unless it is told otherwise', (code, nature) => {
  expect(new ConnectorError(code, 'text').nature).toBe(nature);
});

it('has the nature that it is given', () => {
  expect(new ConnectorError('OX_REFUSED', 'text', { nature: 'everything' }).nature).toBe('everything');
});
