/** Files set aside by an administrator: nothing is lost, and each comes back at its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReason } from '../../../lib/queue/aside.ts';
import { openDropped } from '../../../lib/queue/dropped.ts';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { openParking } from '../../../lib/queue/parking.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser } from '../../harness/objects.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../harness/workplace.ts';

let place: Workplace;
let inbox: Inbox;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
  inbox = openInbox(place.queue, envelopeMistakes);
});
afterEach(() => place.remove());

const NAME = '2026-11-20-08-00-00-000001.json';
const now = new Date('2026-11-28T12:00:00Z');

it('keeps the file as it is, with time and reason', () => {
  place.dropRaw(NAME, '{"a": 1}');
  const target = openDropped(place.queue).drop(inbox.path(NAME), 'never', now) ?? '';
  expect(readFileSync(target, 'utf8')).toBe('{"a": 1}');
  expect(readFileSync(target.replace('.json', '.reason'), 'utf8')).toBe('2026-11-28T12:00:00.000Z never\n');
  expect(openDropped(place.queue).droppedAt(NAME)).toEqual(now);
  expect(place.waiting()).toEqual([]);
});

it('leaves nothing behind of a file that is gone', () => {
  expect(openDropped(place.queue).drop(inbox.path(NAME), 'never', now)).toBeNull();
  expect(place.namesIn('dropped')).toEqual([]);
});

it('overwrites nothing that was dropped under the same name', () => {
  for (const content of ['1', '2']) {
    place.dropRaw(NAME, content);
    openDropped(place.queue).drop(inbox.path(NAME), 'never', now);
  }
  expect(place.namesIn('dropped')).toHaveLength(4);
});

it('takes a parked file together with its reason, and puts it back at its place in the queue', () => {
  place.dropRaw(NAME, JSON.stringify(aUser('anna')));
  openParking(inbox).park(NAME, null, 'taken');
  openDropped(place.queue).drop(join(place.queue, 'parked', NAME), 'taken', now);
  expect([place.namesIn('parked'), place.namesIn('dropped')]).toEqual([[], [NAME, NAME.replace('.json', '.reason')]]);

  openDropped(place.queue).undrop(NAME);
  expect([place.namesIn('parked'), place.namesIn('dropped'), place.waiting()]).toEqual([
    [],
    [],
    ['2026-11-20-08-00-00-000001+1.json'],
  ]);
});

it('parks a message again, which never was a file of the queue', () => {
  const parking = openParking(inbox);
  const name = parking.keep('{}', 'of no use');
  openDropped(place.queue).drop(parking.path(name), 'of no use', now);
  openDropped(place.queue).undrop(name);
  expect([parking.names(), readReason(parking.path(name))]).toEqual([[name], 'of no use']);
  expect([place.waiting(), place.namesIn('dropped')]).toEqual([[], []]);
});
