/** The questions one may ask of a fault, on the texts OX has. */
import { OxFault } from '../../../lib/ox/fault.ts';

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
