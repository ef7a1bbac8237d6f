/** The questions one may ask of a fault, on the texts OX has. */
import { OxFault } from '../../../../lib/ox/soap/fault.ts';

const QUESTIONS = [
  'isNotFound',
  'isNoSuchContext',
  'isNoSuchUser',
  'isWrongCredentials',
  'isAddressMissing',
  'isNameTaken',
  'isBeingUpdated',
  'mayMeanExists',
] as const;
type Question = (typeof QUESTIONS)[number];

const WRAPPED =
  'com.openexchange.admin.rmi.exceptions.NoSuchObjectException: com.openexchange.admin.rmi.exceptions.NoSuchUserException: No such user foo in context 10; exceptionId 1-1; exceptionId 1-2';

/** As OX 8.19 words them; each is about one object. */
const ABOUT_OBJECT = [
  'FLD-0075 Categories=PERMISSION_DENIED Message=\'An infostore folder named "BOB TEST" already exists below folder …\'',
  'FLD-0075 Categories=PERMISSION_DENIED Message=\'An infostore folder named "Read-only (DBP-1)" already exists below folder …\'',
  "FLD-0089 Categories=PERMISSION_DENIED Message='Operation may only be performed for context administrator.'",
  'Data too long for underlying storage!Error field(s): field03',
  "com.mysql.cj.jdbc.exceptions.MysqlDataTruncation: Data truncation: Data too long for column 'field18' at row 1",
  'javax.imageio.IIOException: Unsupported JPEG process: SOF type 0xc9',
  'com.openexchange.imagetransformation.NoSuchImageReader: No image reader available for format image/jpeg',
  "CON-0172 Categories=USER_INPUT Message='Image size too large. Image size: 4194305. Max. size: 4194304.'",
  'imageContentType must not be null',
  'java.net.URISyntaxException: Illegal character in authority at index 7: imap://mail home:143',
  "java.sql.SQLIntegrityConstraintViolationException: Duplicate entry '10-53-x1@e.org' for key 'PRIMARY'",
  'Problem storing the primary mail account.',
  "ACC-0002 Categories=ERROR Message='Cannot find mail account with identifier 0 for user 5 in context 10.'",
  "ACC-0017 Categories=USER_INPUT Message='Duplicate mail account for user 3 in context 10.' exceptionID=1",
  "UCP-0011 Categories=USER_INPUT Message='A user named cp1 already exists in destination context 10.'",
  'Quota cannot be changed for user 5 in context 10 since that user has no file storage set.',
  'Global address book can not be disabled for non-PIM users.',
  "CAL-4060 Categories=ERROR Message='…'",
  "Cannot map 'x' to the newly created context. This mapping is already in use.",
  'com.openexchange.admin.rmi.exceptions.InvalidDataException: Illegal chars: "ä"; exceptionId 1-1; exceptionId 1-2',
];

/** The server's own trouble; and what nobody has seen before counts as that. */
const OUTAGES = [
  'User update conflict: Another process is currently modifying user data. Please try again later.',
  'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
  "DBP-0001 Categories=ERROR Message='Cannot get connection'",
  'Lock wait timeout exceeded; try restarting transaction',
  'Deadlock found when trying to get lock; try restarting transaction',
  'The MySQL server is running with the --read-only option so it cannot execute this statement',
  "FLD-0038 Categories=ERROR Message='SQLIntegrityConstraintViolationException: Duplicate entry '30-1' for key 'PRIMARY''",
  "UCP-0003 Categories=ERROR Message='Unexpected problem occurred.'",
  "java.sql.BatchUpdateException: Duplicate entry '10-1-5' for key 'PRIMARY'",
  'something that nobody has seen before',
];

it.each(ABOUT_OBJECT)('is about the object: %s', (text) => {
  expect(new OxFault(text, 'StorageException').isAboutObject).toBe(true);
});

it.each(OUTAGES)('is an outage: %s', (text) => {
  expect(new OxFault(text, 'StorageException').isAboutObject).toBe(false);
});

it.each([
  ['InvalidDataException', true],
  ['NoSuchUserException', true],
  ['UserExistsException', true],
  ['NoSuchContextException', false],
  ['InvalidCredentialsException', false],
  ['DatabaseUpdateException', false],
  ['RemoteException', false],
  ['', false],
])('%s is about the object: %j', (exception, isAboutObject) => {
  expect(new OxFault('anything', exception).isAboutObject).toBe(isAboutObject);
});

it.each<[string, string, readonly Question[]]>([
  [
    'NoSuchUserException',
    'No such user 42 in context 10; exceptionId 1-2',
    ['isNotFound', 'isNoSuchUser', 'mayMeanExists'],
  ],
  ['StorageException', WRAPPED, ['isNotFound', 'isNoSuchUser', 'mayMeanExists']],
  ['StorageException', 'No such user anna in context 10', ['isNotFound', 'mayMeanExists']],
  ['NoSuchGroupException', 'No such group 7 in context 10', ['isNotFound', 'mayMeanExists']],
  ['NoSuchResourceException', 'No such resource', ['isNotFound', 'mayMeanExists']],
  ['NoSuchContextException', 'The context 77 does not exist!', ['isNotFound', 'isNoSuchContext']],
  ['NoSuchContextException', 'Context 77 does not exist', ['isNotFound', 'isNoSuchContext']],
  ['InvalidCredentialsException', 'Authentication failed; exceptionId 5-1', ['isWrongCredentials']],
  ['InvalidDataException', 'The displayname is already used', ['mayMeanExists']],
  ['InvalidDataException', 'User anna already exists in this context', ['isNameTaken', 'mayMeanExists']],
  [
    'InvalidDataException',
    'primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.',
    ['isAddressMissing', 'mayMeanExists'],
  ],
  ['DatabaseUpdateException', 'Schema "x" is locked or is now being updated', ['isBeingUpdated']],
  ['RemoteException', 'User anna already exists', ['isNameTaken']],
  ['', 'Fault occurred while processing.', ['mayMeanExists']],
  ['', 'a user wrote: there is No such user', ['mayMeanExists']],
])('%s "%s"', (exception, text, expected) => {
  const fault = new OxFault(text, exception);
  expect(QUESTIONS.filter((question) => fault[question])).toEqual(expected);
});
