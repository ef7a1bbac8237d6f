/** The last copy of each object. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LastStateFiles, openLastStates } from '../../../lib/memory/last-state.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser } from '../../harness/objects.ts';
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
const anna = aUser('anna') as Envelope;
let states: LastStateFiles;
beforeEach(() => {
  states = openLastStates(folder(), envelopeMistakes);
  mkdirSync(states.directory, { mode: 0o700 });
});

it('keeps an object under its id, in small letters, for the owner only', () => {
  states.write({ ...anna, id: anna.id.toUpperCase() });

  expect(readdirSync(join(folder(), 'old'))).toEqual([`${anna.id}.json`]);
  expect(statSync(states.path(anna.id)).mode & 0o777).toBe(0o600);
  expect(statSync(states.directory).mode & 0o777).toBe(0o700);
  expect(states.read(anna.id.toUpperCase())).toMatchObject({ dn: anna.dn, object: anna.object });
});

it('knows nothing of objects that were never there or were removed', () => {
  expect(states.read(anna.id)).toBeNull();
  states.write(anna);
  states.remove(anna.id);
  expect(states.read(anna.id)).toBeNull();
  states.remove(anna.id);
});

it('lists ids: no temporary or hidden file, and no copy that somebody keeps beside it', () => {
  states.write(anna);
  for (const name of [
    'x.json.tmp',
    '.x.json',
    'notes.txt',
    `${anna.id}-old.json`,
    `old-${anna.id}.json`,
    'anna.json',
  ]) {
    writeFileSync(join(states.directory, name), JSON.stringify(anna));
  }
  expect(states.ids()).toEqual([anna.id]);
});

it('is of the id that it is stored under, which whoever writes it anew replaces', () => {
  const other = aUser('bert').id;
  writeFileSync(states.path(anna.id), JSON.stringify({ ...anna, id: other }));

  const state = states.read(anna.id);

  expect(state).toEqual(anna);
  states.write({ ...anna, ...state, dn: 'uid=anna' });
  expect(readdirSync(states.directory)).toEqual([`${anna.id}.json`]);
});

it('takes over a directory that is there', () => {
  states.write(anna);
  expect(openLastStates(folder(), envelopeMistakes).read(anna.id)).toEqual(anna);
});

it.each<[string, string | Buffer]>([
  ['empty', ''],
  ['cut', '{"id":'],
  ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['no envelope', '{"dn": "x"}'],
])('says which file is damaged if it is %s, and leaves it', (_what, content) => {
  writeFileSync(states.path(anna.id), content);
  const error = thrownBy(() => states.read(anna.id));
  expect(error).toMatchObject({
    code: 'LAST_STATE_BROKEN',
    exitCode: 74,
    message: expect.stringMatching(new RegExp(`^the last state is damaged: ${states.path(anna.id)} `)),
    remedy:
      `Restore ${states.path(anna.id)} from a backup, or remove it: the object then counts as never provisioned, is looked up ` +
      'in OX by its name, and what it was before (another name, another context) is not cleaned up.',
  });
  expect(readFileSync(states.path(anna.id))).toEqual(Buffer.from(content));
});

it('says so if a directory lies in the place of a file', () => {
  mkdirSync(states.path(anna.id));
  expect(thrownBy(() => states.read(anna.id))).toMatchObject({ code: 'LAST_STATE_BROKEN' });
});
