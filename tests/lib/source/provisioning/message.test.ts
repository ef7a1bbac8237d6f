/** What a message says, and which cannot be used. */
import { isNumbered, type Numbered, readMessage } from '../../../../lib/source/provisioning/message.ts';
import { aUser, idOf } from '../../../harness/objects.ts';
import { live, prefilled } from '../../../sandbox/provisioning/objects.ts';

const anna = aUser('anna');
const UOI = idOf('user', 'anna');
const ENTRY = 'ffffffff-0000-4000-8000-00000000000F';

const numbered = (message: object): Numbered => ({ ...message, sequence_number: 7, num_delivered: 1 });
const read = (message: object, marks: Parameters<typeof readMessage>[1] = { prefill: null }) =>
  readMessage(numbered(message), marks);

/** The new side with other values. */
function withNew(
  changes: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>> = {},
): object {
  const message = live(null, anna);
  const { new: now } = message.body as { new: { properties: object } };
  return {
    ...message,
    body: { old: {}, new: { ...now, ...changes, properties: { ...now.properties, ...properties } } },
  };
}

it('is a change of the object with the identifier that UDM gave it', () => {
  expect(read(live(null, anna))).toEqual({
    kind: 'change',
    envelope: {
      id: UOI,
      udm_object_type: 'users/user',
      dn: anna.dn,
      object: { ...anna.object, univentionObjectIdentifier: UOI },
      options: {},
      provisioning: {
        sequence_number: 7,
        publisher_name: 'udm-listener',
        ts: '2026-11-28T10:00:00.000001',
        prefill: null,
      },
    },
  });
});

it('is a deletion where the new side is empty', () => {
  expect(read(live(anna, null))).toMatchObject({
    envelope: { id: UOI, dn: anna.dn, object: null, options: null },
  });
});

it('never takes its id from the name that a prefill gives', () => {
  const reading = read(prefilled(anna, { entryUUID: ENTRY }));
  expect(reading).toMatchObject({ envelope: { id: UOI, provisioning: { entryUUID: ENTRY.toLowerCase() } } });
});

it.each<[string, unknown, unknown, string | null]>([
  ['the identifier in capitals', UOI.toUpperCase(), undefined, UOI],
  ['the identifier before uuid', UOI, ENTRY, UOI],
  ['uuid where the identifier is null', null, ENTRY, ENTRY.toLowerCase()],
  ['uuid where the identifier is a text', 'anna@idp', ENTRY, ENTRY.toLowerCase()],
  ['nothing of a path', '../../etc/passwd', '../x', null],
  ['nothing of an empty text', '', null, null],
  ['nothing of a number', 7, 8, null],
])('takes as id: %s', (_what, univentionObjectIdentifier, uuid, id) => {
  const reading = read(withNew({ uuid, id: 'anna' }, { univentionObjectIdentifier }));
  expect(reading).toMatchObject(
    id === null
      ? {
          kind: 'unusable',
          reason:
            'the object has no id: neither properties.univentionObjectIdentifier nor uuid is a UUID. What to do: give the object a ' +
            'univentionObjectIdentifier (UCS has a script that does it for all), save it, and call listener_trigger queue retry if it was not changed by that',
        }
      : { kind: 'change', envelope: { id } },
  );
});

it.each([
  ['uid=anna,ou=new,dc=example,dc=org', anna.dn],
  [anna.dn.toUpperCase().replaceAll(',', ', '), undefined],
])('notes where the object was when it was moved to %s', (dn, formerDn) => {
  const reading = read(live(anna, { ...anna, dn }));
  expect((reading as { envelope: { provisioning: object } }).envelope.provisioning).toHaveProperty('ts');
  expect(reading).toMatchObject({ envelope: { dn } });
  expect((reading as { envelope: { provisioning: { formerDn?: string } } }).envelope.provisioning.formerDn).toBe(
    formerDn,
  );
});

it.each<[string, object]>([
  ['nothing that is known', { a: 1 }],
  ['a DN alone', { dn: anna.dn }],
  ['no DN', { properties: {} }],
  ['a DN that is none', { dn: 5, objectType: 7, properties: null, uuid: {} }],
])('is of use whatever the object was before: %s', (_, old) => {
  const message = live(null, anna);
  expect(read({ ...message, body: { ...(message.body as object), old } })).toEqual(read(message));
});

it('notes the marks', () => {
  expect(read(live(null, anna), { prefill: 'p1', resync: true })).toMatchObject({
    envelope: { provisioning: { prefill: 'p1', resync: true } },
  });
});

it.each<[string, object]>([
  ['a type that is none of ours', { ...live(null, anna), topic: 'oxmail/shared_account' }],
  ['another realm', { ...live(null, anna), realm: 'ldif' }],
  ['a type that is none of ours, whatever its body', { realm: 'udm', topic: 'computers/linux' }],
])('leaves alone %s', (_what, message) => {
  expect(read(message)).toMatchObject({ kind: 'foreign' });
});

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

it.each<[string, object, RegExp]>([
  [
    'without realm',
    { ...live(null, anna), realm: undefined },
    /^the message is not as expected: \/: realm is missing$/,
  ],
  ['with both sides empty', { ...live(null, anna), body: { old: {}, new: {} } }, /^the message holds no object$/],
  ['with a side that is null', { ...live(null, anna), body: { old: null, new: {} } }, /\/body\/old: found null/],
  ['with a list as body', { ...live(null, anna), body: [] }, /\/body: found a list/],
  ['without DN', withNew({ dn: undefined }), /^the message is not as expected: \/body\/new: dn is missing$/],
  [
    'that was deleted, and of which nothing is said',
    { ...live(anna, null), body: { old: { id: 'x' }, new: {} } },
    /^the message is not as expected: \/body\/old: dn is missing; \/body\/old: properties is missing$/,
  ],
  [
    'of two types',
    withNew({ objectType: 'groups/group' }),
    /^the topic is users\/user, but the object is a groups\/group$/,
  ],
  ['nested too deep', withNew({}, { deep: deep(200) }), /: is nested more than \d+ levels deep$/],
])('cannot use one %s', (_what, message, reason) => {
  expect(read(message)).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason) });
});

it('shows no value of a property that may be secret', () => {
  const reading = read({ ...live(null, anna), body: { old: {}, new: { dn: 'x', properties: 'secret text' } } });
  expect(reading).toMatchObject({ kind: 'unusable' });
});

it.each<[unknown, boolean]>([
  [{ sequence_number: 1 }, true],
  [{ sequence_number: 0 }, false],
  [{ sequence_number: 1.5 }, false],
  [{ sequence_number: '1' }, false],
  [{}, false],
  [[], false],
  ['text', false],
  [null, false],
])('is %j numbered: %j', (value, expected) => {
  expect(isNumbered(value)).toBe(expected);
});
