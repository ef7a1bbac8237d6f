/** Who may call what. */

import { ADMIN_10, MASTER } from './client.ts';
import type { Raw, Who } from './raw.ts';
import { CONTEXT, CTX, GROUP, USER, useOx } from './trial.ts';

const ox = useOx();

describe('credentials', () => {
  const WRONG: Who = { login: 'oxadmin', password: 'wrong' };
  const user = { name: 'anna' };

  it.each<[string, string, string, { [name: string]: Raw }, Who, string | null, string]>([
    [
      'wrong password',
      USER,
      'exists',
      { ctx: CTX, user },
      WRONG,
      'InvalidCredentialsException',
      'Authentication failed',
    ],
    [
      'unknown context',
      USER,
      'exists',
      { ctx: { id: 77 }, user },
      ADMIN_10,
      'InvalidCredentialsException',
      'Authentication failed',
    ],
    [
      'unknown context, change',
      USER,
      'change',
      { ctx: { id: 77 }, usrdata: user },
      ADMIN_10,
      'NoSuchContextException',
      'The context 77 does not exist!',
    ],
    [
      'unknown context, getData',
      USER,
      'getData',
      { ctx: { id: 77 }, user },
      ADMIN_10,
      'NoSuchContextException',
      'Context 77 does not exist',
    ],
    [
      'context by name',
      USER,
      'exists',
      { ctx: { name: 'context10' }, user },
      ADMIN_10,
      'InvalidCredentialsException',
      'Client sent invalid context data object',
    ],
    ['no context, getData', USER, 'getData', { ctx: {}, user }, ADMIN_10, 'InvalidDataException', 'Context invalid'],
    [
      'unknown login, change',
      USER,
      'change',
      { ctx: CTX, usrdata: user },
      { login: 'no', password: 'x' },
      'NoSuchUserException',
      'No such user no in context 10',
    ],
    [
      'unknown login, getData',
      USER,
      'getData',
      { ctx: CTX, user },
      { login: 'no', password: 'x' },
      'StorageException',
      'No such user no in context 10',
    ],
    [
      'own wrong password',
      USER,
      'change',
      { ctx: CTX, usrdata: user },
      { login: 'anna', password: 'x' },
      'InvalidCredentialsException',
      'Authentication failed for user anna',
    ],
    [
      'another user',
      USER,
      'change',
      { ctx: CTX, usrdata: { name: 'bert' } },
      { login: 'anna', password: 'annas' },
      'InvalidCredentialsException',
      'Permission denied',
    ],
    [
      'a plain user elsewhere',
      GROUP,
      'listAll',
      { ctx: CTX },
      { login: 'anna', password: 'annas' },
      'InvalidCredentialsException',
      'Authentication failed',
    ],
    [
      'unknown context, master',
      CONTEXT,
      'getData',
      { ctx: { id: 77 } },
      MASTER,
      'NoSuchContextException',
      'Context 77 does not exist',
    ],
  ])('%s', async (_what, service, operation, args, who, exception, text) => {
    expect(await ox.call(service, operation, args, who)).toMatchObject({ status: 500, exception, fault: text });
    await ox.noViolations();
  });

  it('lets users change themselves and context admins read their context', async () => {
    const own = { login: 'anna', password: 'annas' };
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata: { name: 'anna', title: 'Dr' } }, own)).status).toBe(200);
    expect((await ox.call(CONTEXT, 'getData', { ctx: CTX }, ADMIN_10)).status).toBe(200);
  });

  it('notes credentials sent to the wrong kind of service', async () => {
    await ox.call(USER, 'listAll', { ctx: CTX }, MASTER);
    await ox.call(CONTEXT, 'listAll', {}, ADMIN_10);

    expect((await ox.sandbox.violations()).map(({ message }) => message)).toEqual([
      'credentials of the master admin sent to a context operation',
      'credentials of a context admin sent to a master operation',
    ]);
  });
});
