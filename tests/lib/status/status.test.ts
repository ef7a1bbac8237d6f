/** What is told about the queue and its last runs. */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLastStates } from '../../../lib/memory/last-state.ts';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { recordRun } from '../../../lib/run/run-history.ts';
import { recordFailure, recordSuccess } from '../../../lib/run/run-record.ts';
import { readStatus, type Status } from '../../../lib/status/status.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aGroup, aUser } from '../../harness/objects.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../harness/workplace.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
});
afterEach(() => place.remove());

const NOW = new Date('2026-11-28T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const look = (inbox: Inbox = openInbox(place.queue, envelopeMistakes)): Status =>
  readStatus(inbox, openLastStates(place.queue, envelopeMistakes), NOW);
const fail = (filename: string, at: Date) =>
  recordFailure(place.queue, { filename, message: 'refused', code: 'OX_REFUSED', remedy: 'rename one' }, at);

it('does not count a file that goes while it looks as one that cannot be read', () => {
  const [going = ''] = place.drop(aUser('anna'), aUser('bert'));
  const inbox = openInbox(place.queue, envelopeMistakes);
  const busy: Inbox = {
    ...inbox,
    read: (name) => {
      if (name === going) {
        inbox.remove(name);
      }
      return inbox.read(name);
    },
  };
  expect(look(busy)).toMatchObject({ waiting: { 'users/user': { files: 1 } }, waitingTotal: 1 });
});

it('tells for each type how many wait and how long, and looks at each file once', () => {
  const names = place.drop(aUser('anna'), aUser('bert'), aGroup('sales', []));
  place.dropRaw('2026-11-20-09-00-00.json', '{');
  for (const [at, age] of [10, 7200, 60].entries()) {
    utimesSync(join(place.queue, names[at] ?? ''), ago(age), ago(age));
  }
  utimesSync(join(place.queue, '2026-11-20-09-00-00.json'), ago(5), ago(5));
  const inbox = openInbox(place.queue, envelopeMistakes);
  const read: string[] = [];
  const status = look({
    ...inbox,
    read: (name) => {
      read.push(name);
      return inbox.read(name);
    },
  });

  expect(status).toMatchObject({
    waiting: {
      'users/user': { files: 2, oldestAge: 7200 },
      'groups/group': { files: 1, oldestAge: 60 },
      invalid: { files: 1, oldestAge: 5 },
    },
    waitingTotal: 4,
    oldestAge: 7200,
  });
  expect(read.sort()).toEqual(inbox.list());
});

describe('the failure', () => {
  it('is told with its code, its remedy, and since when', () => {
    const [name = ''] = place.drop(aUser('anna'));
    fail(join(place.queue, name), ago(600));
    fail(join(place.queue, name), ago(5));
    expect(look().failure).toEqual({
      errors: 2,
      filename: join(place.queue, name),
      message: 'refused',
      code: 'OX_REFUSED',
      remedy: 'rename one',
      time: ago(5).toISOString(),
      since: ago(600).toISOString(),
      lasting: 600,
    });
  });

  it('blames no file that has been taken out of the queue since', () => {
    const [name = '', other = ''] = place.drop(aUser('anna'), aUser('bert'));
    fail(join(place.queue, name), ago(600));
    rmSync(join(place.queue, name));
    expect(look().failure).toBeNull();
    fail(join(place.queue, other), ago(5));
    expect(look().failure).toMatchObject({ filename: join(place.queue, other) });
  });

  it('is found where the data directory is mounted at another place', () => {
    const [name = ''] = place.drop(aUser('anna'));
    fail(`/var/lib/elsewhere/listener/${name}`, ago(5));
    expect(look().failure).toMatchObject({ errors: 1 });
  });

  it('of no file stays until a run succeeds', () => {
    fail('', ago(5));
    expect(look().failure).toMatchObject({ errors: 1, filename: '' });
    recordSuccess(place.queue, NOW);
    expect(look()).toMatchObject({ failure: null, lastSuccess: NOW.toISOString() });
  });
});

it('tells the last runs', () => {
  const run = { start: ago(9).toISOString(), duration: 1, exitCode: 0, done: 3, skipped: 0, parked: 0, left: 0 };
  recordRun(place.queue, { ...run, code: '' });
  expect(look().history).toMatchObject([{ done: 3 }]);
});

it('counts what is parked, and does not take what cannot be looked at for nothing', () => {
  mkdirSync(join(place.queue, 'parked'));
  writeFileSync(join(place.queue, 'parked', '2026-11-20-08-00-00.json'), '{}');
  writeFileSync(join(place.queue, 'parked', '2026-11-20-08-00-00.reason'), 'refused\n');
  expect(look().parked).toBe(1);
  rmSync(join(place.queue, 'parked'), { recursive: true });
  writeFileSync(join(place.queue, 'parked'), 'no directory');
  expect(() => look()).toThrow(/ENOTDIR/);
});
