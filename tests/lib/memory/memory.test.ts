/** Known objects for verbs that only look: the same answers, and not a file written. */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLastStates } from '../../../lib/memory/last-state.ts';
import { openMemory, openMemoryForLooking } from '../../../lib/memory/memory.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGroup, aUser, groupDn, idOf, userDn } from '../../harness/objects.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();

function put(...files: readonly { id: string }[]): void {
  mkdirSync(join(folder(), 'old'));
  for (const file of files) {
    writeFileSync(join(folder(), 'old', `${file.id}.json`), JSON.stringify(file));
  }
}

it('knows every object of old/, who names whom, and leaves the directory as it was', () => {
  put(aUser('anna', { oxDbId: 7, oxDbContext: 10 }), aUser('bert', { oxDbSkipped: 20 }), aGroup('sales', ['anna']));
  const before = statSync(folder(), { bigint: true }).mtimeNs;

  const known = openMemoryForLooking(openLastStates(folder(), () => []));

  expect(known.byDn(userDn('ANNA'))).toEqual({
    id: idOf('user', 'anna'),
    type: 'users/user',
    isOx: true,
    context: 10,
    oxId: 7,
    isInDoubt: false,
    isDamaged: false,
  });
  expect(known.byId(idOf('group', 'sales'))?.type).toBe('groups/group');
  expect(known.referring(userDn('anna'))).toEqual([idOf('group', 'sales')]);
  expect(known.awaited()).toEqual(['login:20']);
  expect(known.byDn(groupDn('nobody'))).toBeNull();
  known.close();
  expect(readdirSync(folder())).toEqual(['old']);
  expect(statSync(folder(), { bigint: true }).mtimeNs).toBe(before);
});

it('knows nothing where there is no old/, and does not make it', () => {
  const known = openMemoryForLooking(openLastStates(folder(), () => []));

  expect(known.byDn(userDn('anna'))).toBeNull();
  known.close();
  expect(readdirSync(folder())).toEqual([]);
});

it('is not held up by a run that changes old/ all the time, and notices after a while what it does', async () => {
  const users = Array.from({ length: 500 }, (_, at) => aUser(`user${at}`));
  put(...users);
  const files = openLastStates(folder(), () => []);
  let looks = 0;
  const ids = (): string[] => {
    looks += 1;
    return files.ids();
  };
  const known = openMemoryForLooking({ ...files, ids });
  for (const user of users.slice(0, 100)) {
    files.write({ ...user, dn: userDn(`new-${user.object?.username}`) } as never);
    known.byId(user.id);
  }
  expect(looks).toBeLessThan(60);
  files.write(aUser('anna') as never);
  await eventually(() => known.byDn(userDn('anna')) !== null);
  expect(known.byDn(userDn('new-user7'))?.id).toBe(idOf('user', 'user7'));
  known.close();
});

it('lets go of an index that it cannot use, so that the same process can once it is mended', () => {
  const path = join(folder(), '.index.sqlite');
  const files = openLastStates(folder(), () => []);
  const lay = (sql: string): void => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };
  const first = openMemory(folder(), files);
  first.checkpoint();
  first.close();
  lay('ALTER TABLE meta RENAME TO elsewhere');
  expect(() => openMemory(folder(), files).byDn(userDn('anna'))).toThrow(/^cannot write the index /);

  lay('ALTER TABLE elsewhere RENAME TO meta');
  const memory = openMemory(folder(), files);
  expect(memory.byDn(userDn('anna'))).toBeNull();
  memory.close();
});
