/** Files set aside, and how they come back: at their old place, under a name of their own. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Envelope, keysOf } from '../../../lib/model/change.ts';
import { readReason } from '../../../lib/queue/aside.ts';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { openParking, type ParkedFiles } from '../../../lib/queue/parking.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, type QueueFile } from '../../harness/objects.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../harness/workplace.ts';

let place: Workplace;
let inbox: Inbox;
let parking: ParkedFiles;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
  inbox = openInbox(place.queue, envelopeMistakes);
  parking = openParking(inbox);
});
afterEach(() => place.remove());

const envelope = aUser('anna') as unknown as Envelope;

it('tells what is parked, and why, to who opens it anew', () => {
  const [name = ''] = place.drop(aUser('anna'));
  parking.park(name, envelope, 'taken');
  const anew = openParking(inbox);
  expect(anew.list()).toEqual([{ name, keys: keysOf(envelope.id, envelope.dn) }]);
  expect([anew.read(name), readReason(anew.path(name))]).toEqual([envelope, 'taken']);
  expect(place.waiting()).toEqual([]);
});

it('takes it for no error that the file is gone', () => {
  parking.park('2026-11-20-08-00-00-000001.json', envelope, 'taken');
  expect(openParking(inbox).list()).toEqual([]);
});

it('overwrites nothing that is parked under the same name', () => {
  const name = '2026-11-20-08-00-00-000001.json';
  for (const content of ['{"a":1}', '{"a":2}']) {
    place.dropRaw(name, content);
    parking.park(name, null, 'broken');
  }
  expect(place.parked()).toHaveLength(2);
});

it('puts files back as they are, at their places and under other names', () => {
  const names = ['2026-11-20-08-00-01.json', '2026-11-20-08-00-01-000007.json', '2026-11-20-08-00-02-000001.json'];
  for (const name of names) {
    place.dropRaw(name, `{"from": "${name}"}`);
    parking.park(name, null, 'refused');
  }
  place.dropRaw('2026-11-20-08-00-01-000008.json', '{}');
  expect(parking.names().filter(parking.retry)).toEqual(names);
  expect(inbox.list()).toEqual([
    '2026-11-20-08-00-01+1.json',
    '2026-11-20-08-00-01-000007+1.json',
    '2026-11-20-08-00-01-000008.json',
    '2026-11-20-08-00-02-000001+1.json',
  ]);
  expect(readFileSync(inbox.path('2026-11-20-08-00-01+1.json'), 'utf8')).toBe(`{"from": "${names[0]}"}`);
  expect(parking.list()).toEqual([]);
});

it('gives a file that is parked once more yet another name, at the same place', () => {
  place.dropRaw('2026-11-20-08-00-01-000007.json', '{}');
  parking.park('2026-11-20-08-00-01-000007.json', null, 'refused');
  expect(parking.retry('2026-11-20-08-00-01-000007.json')).toBe(true);
  parking.park('2026-11-20-08-00-01-000007+1.json', null, 'refused');
  expect(parking.retry('2026-11-20-08-00-01-000007+1.json')).toBe(true);
  const [again = ''] = inbox.list();
  expect(again).toMatch(/^2026-11-20-08-00-01-000007\+\d\.json$/);
});

it('lets news decide by what a file says when they come', () => {
  const [name = ''] = place.drop(aUser('anna'));
  parking.park(name, envelope, 'taken');
  const isOutdated = ({ object }: Envelope): boolean => object?.title === 'Dr.';
  const clear = (): void => parking.clear('2026-11-21.json', keysOf(envelope.id, envelope.dn), isOutdated);
  clear();
  expect(place.parked()).toEqual([name]);
  writeFileSync(parking.path(name), '{');
  clear();
  expect(place.parked()).toEqual([name]);
  writeFileSync(parking.path(name), JSON.stringify(aUser('anna', { title: 'Dr.' })));
  clear();
  expect(place.parked()).toEqual([]);
});

it('puts back a file that nobody can read like any other', () => {
  mkdirSync(join(place.queue, 'parked'));
  writeFileSync(join(place.queue, 'parked', '2026-11-20-08-00-01-000001.json'), 'nonsense');
  place.dropRaw('2026-11-20-08-00-02-000001.json', JSON.stringify(aUser('bert')));
  parking.park('2026-11-20-08-00-02-000001.json', aUser('bert') as unknown as Envelope, 'refused');
  expect(parking.names().filter(parking.retry)).toHaveLength(2);
  expect(readdirSync(join(place.queue, 'parked'))).toEqual([]);
  expect(parking.retry('2026-11-20-08-00-01-000001.json')).toBe(false);
});

it('lets news take away what is older of the object, and nothing else', () => {
  const names = place.drop(aUser('anna'), aUser('bert'), aUser('anna'));
  for (const name of names) {
    parking.park(name, inbox.read(name), 'refused');
  }
  parking.clear('2026-11-20-08-00-00-000002.json', keysOf(envelope.id, envelope.dn), () => true);
  expect(parking.list().map(({ name }) => name)).toEqual(names.slice(1));
  expect(parking.holds(envelope.id)).toBe(true);
});

it('lets news take away a mark, also one with a later name: the clock may have been set back', () => {
  const [name = ''] = place.drop({ ...aUser('anna'), oxConnectorReprovision: true } as QueueFile);
  parking.park(name, inbox.read(name), 'refused');

  parking.clear('2025-01-01-08-00-00-000001.json', keysOf(envelope.id, envelope.dn), () => true);

  expect(parking.list()).toEqual([]);
});
