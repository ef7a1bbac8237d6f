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

it.each<[Error, ErrorCode, RegExp]>([
  [systemError('ENOSPC', 'write'), 'DATA_UNWRITABLE', /disk is full/],
  [systemError('ENOSPC', 'open', '/data/x'), 'DATA_UNWRITABLE', /disk is full/],
  [systemError('EDQUOT', 'fsync'), 'DATA_UNWRITABLE', /quota/],
  [systemError('EROFS', 'open', '/data/x'), 'DATA_UNWRITABLE', /read-only/],
  [systemError('EACCES', 'rename', '/data/x'), 'DATA_UNWRITABLE', /access to this path/],
  [systemError('EPERM', 'unlink', '/data/x'), 'DATA_UNWRITABLE', /access to this path/],
  [systemError('EACCES', 'open', '/data/x'), 'DATA_UNREADABLE', /access to this path/],
  [systemError('EACCES', 'scandir', '/data/x'), 'DATA_UNREADABLE', /access to this path/],
  [systemError('ENOENT', 'scandir', '/data/x'), 'DATA_UNREADABLE', /Create the directory/],
  [systemError('EIO', 'read'), 'DATA_UNREADABLE', /mounted/],
])('takes the failed system call %j for a problem of DATA: %s', (cause, code, remedy) => {
  const error = asConnectorError(cause);
  const { path } = cause as NodeJS.ErrnoException;
  expect(error).toMatchObject({ code, cause, exitCode: 74, remedy: expect.stringMatching(remedy) });
  expect(error.message).toContain(path ?? 'a file of the data directory');
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
      remedy: expect.stringContaining('report'),
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
