/** The queue as an administrator sees it: in the order of a run, with what is wrong with each file. */
import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAside, describeQueue, differences } from '../../../lib/queue/describe.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { openParking } from '../../../lib/queue/parking.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { objectMistakes } from '../../../lib/validate/objects.ts';
import { aGroup, aUser, deleted, type QueueFile } from '../../harness/objects.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const NOW = new Date('2026-11-20T08:01:00Z');

function drop(name: string, file: QueueFile | string): void {
  const path = join(folder(), name);
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  utimesSync(path, NOW, new Date('2026-11-20T08:00:00Z'));
}
const open = () => openInbox(folder(), envelopeMistakes);
const described = () => describeQueue(open(), objectMistakes, () => null, NOW);

it('says of each file what it is about, how old it is, and what is wrong with it', () => {
  drop('1.json', aUser('anna'));
  drop('2.json', deleted(aUser('bert')));
  drop('3.json', { ...aUser('carl'), oxConnectorReprovision: true } as QueueFile);
  drop('4.json', aUser('dora', { isOxUser: 'maybe' }));

  const files = described();

  expect(files[0]).toEqual({
    name: '1.json',
    type: 'users/user',
    dn: aUser('anna').dn,
    id: aUser('anna').id,
    action: 'create or change',
    ageSeconds: 60,
    bytes: JSON.stringify(aUser('anna')).length,
    mistakes: '',
  });
  expect(files.map(({ action }) => action)).toEqual([
    'create or change',
    'delete',
    'provision again',
    'create or change',
  ]);
  expect(files.map(({ mistakes }) => mistakes)).toEqual(['', '', '', expect.stringContaining('/isOxUser')]);
});

it('puts them in the order of a run, which ends at what cannot be read', () => {
  drop('1.json', aGroup('sales', ['anna']));
  drop('2.json', aUser('anna'));
  drop('3.json', '{');
  drop('4.json', aGroup('team', ['bert']));
  drop('5.json', aUser('bert'));

  const files = described();

  expect(files.map(({ name }) => name)).toEqual(['2.json', '1.json', '3.json', '5.json', '4.json']);
  expect(files[2]).toMatchObject({ type: '', dn: '', id: '', action: '', mistakes: expect.stringContaining('3.json') });
});

it('knows that a file with microseconds comes after what cannot be read of the same second', () => {
  drop('2026-11-20-08-00-01.json', '{');
  drop('2026-11-20-08-00-01-000005.json', aUser('anna'));
  drop('2026-11-20-08-00-00-000007.json', aUser('bert'));

  expect(described().map(({ dn }) => dn)).toEqual([aUser('bert').dn, '', aUser('anna').dn]);
});

it('knows why a file was set aside', () => {
  drop('1.json', aUser('anna'));
  const inbox = open();
  openParking(inbox).park('1.json', null, 'the name is taken');
  expect(described()).toEqual([]);
  expect(describeAside(inbox, 'parked', objectMistakes, NOW)).toMatchObject([
    { name: '1.json', dn: aUser('anna').dn, reason: 'the name is taken' },
  ]);
  expect(describeAside(inbox, 'dropped', objectMistakes, NOW)).toEqual([]);
});

it.each([
  ['nothing', { a: 1 }, { a: 1 }, []],
  ['what was learnt', { oxDbId: 1 }, { oxDbId: 2 }, []],
  ['no value, for none', { a: null }, {}, []],
  [
    'values, by name',
    { b: 1, a: [1] },
    { b: 2, a: [1, 2] },
    [
      ['a', [1], [1, 2]],
      ['b', 1, 2],
    ],
  ],
  ['all of what is new', null, { a: 1 }, [['a', null, 1]]],
  ['all of what goes', { a: 1 }, null, [['a', 1, null]]],
])('takes for a difference: %s', (_, before, after, expected) => {
  expect(differences(before, after)).toEqual(expected);
});

it('lists a file that may not be read with the others', () => {
  drop('1.json', aUser('anna'));
  drop('2.json', aUser('bert'));
  chmodSync(join(folder(), '1.json'), 0);
  chmodSync(folder(), 0o755);
  const isRoot = process.geteuid?.() === 0;
  // Root may read everything.
  if (isRoot) {
    process.seteuid?.('nobody');
  }
  try {
    expect(described().map(({ name, dn, mistakes }) => [name, dn, mistakes])).toEqual([
      ['1.json', '', expect.stringMatching(/^cannot read .*1\.json: EACCES/)],
      ['2.json', aUser('bert').dn, ''],
    ]);
  } finally {
    if (isRoot) {
      process.seteuid?.(0);
    }
  }
});
