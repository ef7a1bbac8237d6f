/** The faults that administrators meet often come with what to do (docs/troubleshooting.md, "What to do about it"). */
import { aContext, aGroup, anAccount, aResource, aUser, changed, type QueueFile } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

interface Case {
  readonly title: string;
  readonly given?: () => Promise<unknown>;
  readonly file: QueueFile;
  readonly code: string;
  /** OX's own text. */
  readonly text: string;
  readonly remedy: readonly string[];
}

const anna = aUser('anna');

/** OX answers this once, whatever it is asked. */
const answer = (text: string, exception = 'StorageException') =>
  site.ox.rules([{ match: {}, action: { fault: { exception, text } } }]);

const REAL: readonly Case[] = [
  {
    title: 'the display name of another user',
    given: () => site.apply(aUser('bert', { displayName: 'Same' })),
    file: aUser('anna', { displayName: 'Same' }),
    code: 'OX_REFUSED',
    text: 'The displayname is already used',
    remedy: [
      'user.properties',
      'com.openexchange.user.enforceUniqueDisplayName=false',
      'com.openexchange.folderstorage.database.preferDisplayName=false',
    ],
  },
  {
    title: 'a rename that OX does not allow',
    given: async () => {
      await site.apply(anna);
      await site.ox.options({ usernameChangeable: false });
    },
    file: changed(anna, { username: 'anne' }),
    code: 'OX_REFUSED',
    text: 'Changing username is disabled',
    remedy: ['AdminUser.properties', 'USERNAME_CHANGEABLE=true'],
  },
  {
    title: 'a group name with characters OX does not allow',
    given: () => site.apply(anna),
    file: aGroup('Bücher', ['anna']),
    code: 'OX_REFUSED',
    text: 'Illegal chars',
    remedy: ['Group.properties', 'CHECK_GROUP_UID_FOR_NOT_ALLOWED_CHARS=false'],
  },
  {
    title: 'a user name with characters OX does not allow',
    file: aUser('ärger', { mailPrimaryAddress: 'a@example.org' }),
    code: 'OX_REFUSED',
    text: 'Illegal chars',
    remedy: ['AdminUser.properties', 'CHECK_USER_UID_REGEXP'],
  },
  {
    title: 'a wrong password of a context',
    given: async () => site.enterLogin(10, { adminuser: 'oxadmin', adminpass: 'wrong' }),
    file: anna,
    code: 'OX_CREDENTIALS',
    text: 'Authentication failed',
    remedy: ['"10"', 'contexts.json', 'does not exist'],
  },
  {
    title: 'a context that does not exist',
    given: async () => site.enterLogin(77, { adminuser: 'oxadmin', adminpass: 'secret' }),
    file: aUser('anna', { oxContext: 77 }),
    code: 'OX_CREDENTIALS',
    text: 'Authentication failed',
    remedy: ['"77"', 'contexts.json', 'does not exist'],
  },
  {
    title: 'a wrong password of the master admin',
    given: async () => site.enterLogin('master', { adminuser: 'oxadminmaster', adminpass: 'wrong' }),
    file: aContext(30),
    code: 'OX_CREDENTIALS',
    text: 'Authentication failed',
    remedy: ['"master"', 'contexts.json'],
  },
  {
    title: 'names that OX needs',
    file: aUser('anna', { firstname: '', lastname: '' }),
    code: 'OX_REFUSED',
    text: 'Mandatory fields not set',
    remedy: ['firstname', 'lastname'],
  },
  {
    title: 'the primary mail of another user',
    given: () => site.apply(aUser('bert', { mailPrimaryAddress: 'same@example.org' })),
    file: aUser('anna', { mailPrimaryAddress: 'same@example.org' }),
    code: 'OX_REFUSED',
    text: 'already exists in context 10',
    remedy: ['mailPrimaryAddress'],
  },
  {
    title: 'a quota without a file storage',
    given: () => site.apply(anna),
    file: changed(anna, { oxUserQuota: 500 }),
    code: 'OX_REFUSED',
    text: 'Quota cannot be changed',
    remedy: ['ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET=true'],
  },
  {
    title: 'the name of another context',
    file: aContext(30, { name: 'context20' }),
    code: 'OX_REFUSED',
    text: 'already exists',
    remedy: ['context'],
  },
  {
    title: 'the mail address of a user for a resource',
    given: () => site.apply(anna),
    file: aResource('beamer', { resourceMailAddress: 'anna@example.org' }),
    code: 'OX_REFUSED',
    text: 'already exists',
    remedy: ['mailPrimaryAddress'],
  },
];

it.each(REAL)('$title: $text', async ({ given, file, code, text, remedy }) => {
  await given?.();

  const { failure } = await site.stopsAt(file);

  expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(text)]);
  for (const part of remedy) {
    expect(failure.remedy).toContain(part);
  }
  expect(site.place.waiting()).toHaveLength(1);
});

it.each([
  [
    'Schema "oxdb_5" from database 3 on host "db" is locked or is now being updated, please try again later',
    'DatabaseUpdateException',
    'wait',
  ],
  ['Global address book can not be disabled for non-PIM users.', 'StorageException', 'globaladdressbookdisabled'],
  ['ACC-0017 Duplicate mail account for user 5 in context 10.', 'StorageException', 'mail account'],
  ['primary mail must not be changed', 'InvalidDataException', 'PRIMARY_MAIL_UNCHANGEABLE=false'],
  ['something that nobody has seen before', 'StorageException', "OX's own log"],
])('%s', async (text, exception, remedy) => {
  await site.apply(anna);
  await answer(text, exception);

  const { failure } = await site.stopsAt(changed(anna, { title: 'Dr.' }));

  expect(failure).toMatchObject({ code: 'OX_REFUSED', remedy: expect.stringContaining(remedy) });
  expect(failure.message).toContain(text);
  expect(failure.message).not.toContain('exceptionId');
});

it.each([
  ['a user', anna, 'OXUserService', 'createByModuleAccess', 'anna'],
  ['a group', aGroup('sales', ['anna']), 'OXGroupService', 'create', 'sales'],
  ['an account', anAccount('info', ['anna']), 'OXSecondaryAccountService', 'list', 'context 10'],
  ['a resource', aResource('beamer'), 'OXResourceService', 'create', 'beamer'],
  ['a context', aContext(30), 'OXContextService', 'create', 'context 30'],
])('a fault at %s names service, operation and object', async (_, file, service, operation, object) => {
  if (file !== anna) {
    await site.apply(anna);
  }
  await site.ox.rules([
    { match: { service, operation }, action: { fault: { exception: 'StorageException', text: 'out of order' } } },
  ]);

  const { failure } = await site.stopsAt(file);

  expect(failure.fields).toMatchObject({ service, operation, object: expect.stringContaining(object) });
});
