/** How many objects agree with OX: each counts once in each context, however much is found of it. */
import { Agreement } from '../../../lib/check/agreement.ts';
import { finding } from '../../../lib/check/finding.ts';

const at = (context: number, object: string) => ({ context, object });

it('is nothing where nothing was compared', () => {
  const agreement = new Agreement();
  agreement.hear(finding('missing', '', at(10, 'anna')));
  expect(agreement.tell()).toBeNull();
});

it('counts what was compared by type, and of it what differs, once', () => {
  const agreement = new Agreement();
  for (const type of ['groups/group', 'users/user', 'users/user', 'users/user'] as const) {
    agreement.compared(type);
  }
  agreement.hear(finding('missing', '', at(10, 'anna')));
  agreement.hear(finding('differs', '', at(10, 'anna')));
  agreement.hear(finding('differs', '', at(20, 'anna')));
  expect(agreement.tell()).toMatchObject({
    kind: 'agreed',
    severity: 'info',
    message: '2 of 4 objects are in OX as they should be (compared: 3 users/user, 1 groups/group)',
    agreed: { compared: 4, agreed: 2 },
  });
});

it('takes what is no difference of an object that was compared for none', () => {
  const agreement = new Agreement();
  agreement.compared('users/user');
  agreement.hear(finding('unknown', '', at(10, 'stranger')));
  agreement.hear(finding('display-name-shared', '', at(10, 'anna')));
  agreement.hear(finding('differs', '', { object: 'anna' }));
  expect(agreement.tell()?.agreed).toEqual({ compared: 1, agreed: 1 });
});
