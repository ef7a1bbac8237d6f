/** `check` names what stops the queue, what in it is not as it must be, and what is parked. */
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../lib/check/finding.ts';
import { checkQueue } from '../../../lib/check/queue.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { recordFailure } from '../../../lib/run/run-record.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { objectMistakes } from '../../../lib/validate/objects.ts';
import { aUser, deleted } from '../../harness/objects.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../harness/workplace.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
});
afterEach(() => place.remove());

const look = (): Finding[] => [
  ...checkQueue({ inbox: openInbox(place.queue, envelopeMistakes), mistakesIn: objectMistakes }, new Date()),
];

it('is not disturbed by a queue that is not there', () => {
  rmdirSync(place.queue);
  expect(look()).toEqual([]);
});

it('finds nothing in an empty queue, and no problem in one whose files are as they must be', () => {
  expect(look()).toEqual([]);
  place.drop(aUser('anna'), deleted(aUser('bert')));
  expect(look()).toMatchObject([
    { kind: 'waiting', severity: 'info', message: '2 files waiting: what differs may be on its way already' },
  ]);
});

it('names the file that stops the queue, since when, and what to do', () => {
  const [name = ''] = place.drop(aUser('anna'));
  const filename = join(place.queue, name);
  const since = new Date('2026-11-28T11:00:00Z');
  recordFailure(place.queue, { filename, message: 'OX says no', code: 'OX_REFUSED', remedy: 'rename it' }, since);
  recordFailure(place.queue, { filename, message: 'OX says no', code: 'OX_REFUSED', remedy: 'rename it' }, new Date());

  expect(look()[0]).toMatchObject({
    kind: 'queue-stuck',
    severity: 'error',
    object: filename,
    message: '2 runs in a row failed, since 2026-11-28T11:00:00.000Z: OX says no',
    remedy: 'rename it',
  });
  recordFailure(place.queue, { filename, message: 'OX says no', code: 'OX_REFUSED', remedy: '' }, new Date());
  expect(look()[0]?.remedy).toBe('listener_trigger queue list, queue show and plan explain it.');
});

it('names files that cannot be read and objects that are not valid, the first of them', () => {
  place.dropRaw('2026-11-20-07-00-00.json', '{');
  place.drop(aUser('anna', { oxContext: 'ten' }), aUser('bert'));
  expect(look()).toMatchObject([
    { kind: 'queue-invalid', severity: 'error', object: join(place.queue, '2026-11-20-07-00-00.json') },
    { kind: 'queue-invalid', message: expect.stringContaining('/oxContext') },
    { kind: 'waiting' },
  ]);
  for (let at = 0; at < 30; at += 1) {
    place.dropRaw(`2026-11-20-06-00-${String(at).padStart(2, '0')}.json`, '{');
  }
  const invalid = look().filter(({ kind }) => kind === 'queue-invalid');
  const remedies = new Set(invalid.map(({ remedy }) => remedy));
  expect([...remedies]).toEqual(['Correct the object in UDM and save it: the newer file takes its place.']);
  expect([invalid.length, invalid.at(-1)?.message]).toEqual([21, 'and 12 more: listener_trigger queue list --invalid']);
});

it('names what is parked once for each reason, with what to do about it', () => {
  const parked = join(place.queue, 'parked');
  mkdirSync(parked);
  for (const [at, name] of ['anna', 'bert'].entries()) {
    writeFileSync(join(parked, `2026-11-20-08-00-0${at}.json`), JSON.stringify(aUser(name)));
    writeFileSync(join(parked, `2026-11-20-08-00-0${at}.reason`), `"${name}" is taken. What to do: rename one\n`);
  }
  expect(look()).toMatchObject([
    {
      kind: 'parked',
      severity: 'warning',
      message: expect.stringMatching(/^2 files parked, uid=anna,.* among them: "anna" is taken$/),
      remedy: 'rename one',
    },
  ]);
});

it('names what is parked of which no reason is known', () => {
  mkdirSync(join(place.queue, 'parked'));
  writeFileSync(join(place.queue, 'parked', '2026-11-20-08-00-00.json'), JSON.stringify(aUser('anna')));
  expect(look()).toMatchObject([
    {
      message: '1 file parked, uid=anna,cn=users,dc=example,dc=org among them: no reason is known',
      remedy: 'listener_trigger queue list --parked names them; queue retry puts them back when the reason is gone.',
    },
  ]);
});
