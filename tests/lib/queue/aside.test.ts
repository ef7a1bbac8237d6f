/** Which file is meant by a name, and what lies beside those that were set aside. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAside, locate, readReason, reasonPath, removeOrphans } from '../../../lib/queue/aside.ts';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { openParking } from '../../../lib/queue/parking.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
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

it('knows a file by its name, with or without suffix, or a path; the nearest place first', () => {
  place.dropRaw(NAME, '{}');
  openParking(inbox).park(NAME, null, 'taken');
  place.dropRaw(NAME, '{}');
  const everywhere = ['waiting', 'parked', 'dropped'] as const;
  const placeOf = (file: string): string | undefined => locate(place.queue, file, everywhere)?.place;
  expect([NAME, NAME.replace('.json', ''), inbox.path(NAME), join('parked', NAME)].map(placeOf)).toEqual([
    'waiting',
    'waiting',
    'waiting',
    'parked',
  ]);
});

it.each(['.run', '.run.json', '.lock', 'old', 'nope', '../secrets/contexts'])('never means %s', (file) => {
  place.dropRaw('.run', '{}');
  place.dropRaw('.run.json', '{}');
  expect(locate(place.queue, file, ['waiting', 'parked', 'dropped'])).toBeNull();
});

describe('a directory of files set aside', () => {
  const directory = (): string => join(place.queue, 'parked');
  const put = (name: string, content = ''): void => writeFileSync(join(directory(), name), content);

  it('has none before the first one', () => {
    expect(listAside(directory())).toEqual([]);
  });

  it('lists them in order, without the reasons and what is hidden', () => {
    mkdirSync(directory());
    for (const name of ['2.json', '1.json', '.3.json', '1.reason']) {
      put(name);
    }
    expect(listAside(directory())).toEqual(['1.json', '2.json']);
  });

  it('has the reason of a file beside it, or none', () => {
    mkdirSync(directory());
    put('1.reason', 'refused\n');
    expect(reasonPath(join(directory(), '1.json'))).toBe(join(directory(), '1.reason'));
    expect([readReason(join(directory(), '1.json')), readReason(join(directory(), '2.json'))]).toEqual(['refused', '']);
  });

  it('is rid of the reasons of files that are gone', () => {
    mkdirSync(directory());
    put('1.json');
    put('1.reason');
    put('2.reason');
    removeOrphans(directory());
    expect(readdirSync(directory()).sort()).toEqual(['1.json', '1.reason']);
  });
});
