/** Each rule of the envelope: where, what was found, what was expected. */
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, deleted } from '../../harness/objects.ts';

const good = aUser('anna');

it.each<[string, unknown]>([
  ['a user', good],
  ['a deletion', deleted(good)],
  ['an id in capitals', { ...good, id: good.id.toUpperCase() }],
  ['options as an object', { ...good, options: { default: true } }],
  ['options null', { ...good, options: null }],
  ['keys that are not known', { ...good, something: 'new', another: [1] }],
  ['no options', { id: good.id, udm_object_type: good.udm_object_type, dn: good.dn, object: {} }],
])('takes %s', (_what, value) => {
  expect(envelopeMistakes(value)).toEqual([]);
});

const UUID = 'expected a UUID, the entryUUID of the object';
const TYPES =
  'expected one of oxmail/oxcontext, oxmail/accessprofile, users/user, groups/group, oxmail/functional_account, oxresources/oxresources';

it.each<[string, unknown, string]>([
  ['id', undefined, '/: id is missing'],
  ['id', '../x', `/id: found "../x", ${UUID}`],
  ['id', `${good.id}/../../x`, `/id: found "${good.id}/../../x", ${UUID}`],
  ['id', `${good.id}\n`, `/id: found "${good.id}\\n", ${UUID}`],
  ['id', '', `/id: found "", ${UUID}`],
  ['id', 7, `/id: found 7, ${UUID}`],
  ['id', null, `/id: found null, ${UUID}`],
  ['id', 'x'.repeat(200), `/id: found "${'x'.repeat(76)}…, ${UUID}`],
  ['udm_object_type', undefined, '/: udm_object_type is missing'],
  ['udm_object_type', 'computers/windows', `/udm_object_type: found "computers/windows", ${TYPES}`],
  ['udm_object_type', ['users/user'], `/udm_object_type: found a list, ${TYPES}`],
  ['udm_object_type', '__proto__', `/udm_object_type: found "__proto__", ${TYPES}`],
  ['dn', undefined, '/: dn is missing'],
  ['dn', '', '/dn: found "", expected the DN of the object'],
  ['dn', {}, '/dn: found an object, expected the DN of the object'],
  ['object', undefined, '/: object is missing'],
  [
    'object',
    [],
    '/object: found a list, expected an object with the UDM properties, or null if the object was deleted',
  ],
  [
    'object',
    true,
    '/object: found true, expected an object with the UDM properties, or null if the object was deleted',
  ],
  ['options', 'default', '/options: found "default", expected a list, an object or null'],
  ['options', 1, '/options: found 1, expected a list, an object or null'],
])('refuses %s = %j', (name, value, mistake) => {
  expect(envelopeMistakes(JSON.parse(JSON.stringify({ ...good, [name]: value })))).toEqual([mistake]);
});

it('names all mistakes of a file at once', () => {
  expect(envelopeMistakes({ id: '../x', udm_object_type: 'x', object: 1, options: 1 })).toHaveLength(5);
});
