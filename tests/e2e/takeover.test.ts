/** A data directory of connector 2.x is used as it is, and can be given back (docs/installation.md). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { aGroup, anAccount, aResource, aUser, changed, deleted, type QueueFile } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type Sandbox, type SeedUser, startSandbox } from '../sandbox/client.ts';

/** Debian's, which has python3-gdbm; a python of another origin may come first in the path. */
const PYTHON = '/usr/bin/python3';
const hasGdbm = process.env.OX_CONNECTOR_REQUIRE_TOOLS === '1' || canImportGdbm();
if (!hasGdbm) {
  process.stderr.write('taking over from 2.x is not tested: needs python3-gdbm\n');
}

const USERS = 9_000;
const GROUPS = 990;
const FIRST_ID = 10;
/** Short, as the ids of the harness tell names apart by their first six letters. */
const name = (number: number): string => `u${String(number).padStart(5, '0')}`;

/** 10,000 objects as 2.x left them: users with the ids OX gave them, every tenth not in OX. */
function* objects(): Generator<QueueFile> {
  for (let at = 0; at < USERS; at += 1) {
    const isOx = at % 10 !== 9;
    const learnt = isOx ? { oxDbId: FIRST_ID + at, oxDbUsername: name(at) } : {};
    yield aUser(name(at), { isOxUser: isOx ? 'OK' : 'Not', oxContext: '10', ...learnt });
  }
  for (let at = 0; at < GROUPS; at += 1) {
    yield aGroup(`g${at}`, [name(at), name(at + 1)], { isOxGroup: 'OK', oxDbGroupname: `g${at}` });
  }
  for (let at = 0; at < 10; at += 1) {
    yield aResource(`r${at}`);
  }
}

function seedUsers(): SeedUser[] {
  return [...Array(USERS).keys()]
    .filter((at) => at % 10 !== 9)
    .map((at) => ({
      name: name(at),
      id: FIRST_ID + at,
      display_name: `${name(at)} Example`,
      primaryEmail: `${name(at)}@example.org`,
      email1: `${name(at)}@example.org`,
      aliases: [`${name(at)}@example.org`],
    }));
}

(hasGdbm ? describe : describe.skip)('a data directory of 10,000 objects', () => {
  let sandbox: Sandbox;
  let place: Workplace;

  beforeAll(async () => {
    sandbox = await startSandbox({ lean: true });
    await sandbox.seed({ contexts: { 10: { users: seedUsers() } } });
    place = makeWorkplace(sandbox.url);
    layOut(place);
  }, 60_000);
  afterAll(async () => {
    place?.remove();
    await sandbox?.stop();
  });

  it('is taken over without any step, its ids are trusted, and the files of 2.x stay as they are', async () => {
    const before = [hashOf('old.db'), hashOf('meta.db')];
    place.drop(
      changed(aUser(name(1), { isOxUser: 'OK', oxContext: '10' }), { lastname: 'Größer' }),
      deleted(aUser(name(2))),
      aGroup('g3', [name(3), name(4), name(9), 'newcomer'], { isOxGroup: 'OK' }),
      aUser('newcomer', { groups: [] }),
      anAccount('info', [name(5)]),
      deleted(aResource('r0')),
    );

    const { code, stderr } = await place.run();

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Successfully processed 6 files') });
    const context = (await sandbox.canonicalState()).contexts['10'];
    expect(context?.users.find((user) => user.name === name(1))).toMatchObject({ sur_name: 'Größer' });
    expect(context?.users.find((user) => user.name === name(2))).toBeUndefined();
    expect(context?.users.find((user) => user.name === name(5))).toMatchObject({
      accounts: [expect.objectContaining({ primaryAddress: 'info@example.org' })],
    });
    // The user that is not in OX is left out; the others are known by the ids that 2.x learnt.
    expect(context?.groups.find((group) => group.name === 'g3')?.members).toEqual(['newcomer', name(3), name(4)]);
    expect([hashOf('old.db'), hashOf('meta.db')]).toEqual(before);
  });

  it('can be given back: only dot files are new, and old.db can be rebuilt from old/', () => {
    const visible = readdirSync(place.queue).filter((entry) => !entry.startsWith('.'));
    expect(visible.sort()).toEqual(['meta.db', 'old', 'old.db']);
    const states = place.lastStates();
    for (const state of Object.values(states)) {
      expect(Object.keys(state).sort()).toEqual(['dn', 'id', 'object', 'options', 'udm_object_type']);
    }

    python(readFileSync(resolve('docs/rebuild-old-db.py'), 'utf8'), place.data);

    const index = JSON.parse(python(DUMP, join(place.queue, 'old.db'))) as Record<string, string>;
    const expected = Object.entries(states).map(([id, { dn }]) => [dn, join(place.queue, 'old', `${id}.json`)]);
    expect(index).toEqual(Object.fromEntries(expected));
    expect(expected).toHaveLength(10_000);
    expect(existsSync(index[`uid=${name(1)},cn=users,dc=example,dc=org`] ?? '')).toBe(true);
    expect(index[`uid=${name(2)},cn=users,dc=example,dc=org`]).toBeUndefined();
  });

  function hashOf(file: string): string {
    return createHash('sha256')
      .update(readFileSync(join(place.queue, file)))
      .digest('hex');
  }
});

/** `old/` and the two GDBM files beside it, as 2.x makes them. */
function layOut({ queue }: Workplace): void {
  const old = join(queue, 'old');
  execFileSync('mkdir', ['-m', '700', old]);
  const index: Record<string, string> = {};
  for (const each of objects()) {
    const path = join(old, `${each.id}.json`);
    writeFileSync(path, JSON.stringify(each));
    index[each.dn] = path;
  }
  expect(Object.keys(index)).toHaveLength(USERS + GROUPS + 10);
  writeFileSync(join(queue, 'index.json.tmp'), JSON.stringify(index));
  python(MAKE, queue);
}

const MAKE = `
import dbm.gnu, json, os, sys
queue = sys.argv[1]
with open(queue + "/index.json.tmp") as file:
    index = json.load(file)
os.remove(queue + "/index.json.tmp")
with dbm.gnu.open(queue + "/old.db", "n") as database:
    for dn, path in index.items():
        database[dn.encode()] = path.encode()
with dbm.gnu.open(queue + "/meta.db", "n") as database:
    database[b"errors"] = b"0"
`;

const DUMP = `
import dbm.gnu, json, sys
with dbm.gnu.open(sys.argv[1], "r") as database:
    print(json.dumps({key.decode(): database[key].decode() for key in database.keys()}))
`;

function python(script: string, argument: string): string {
  return execFileSync(PYTHON, ['-c', script, argument], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function canImportGdbm(): boolean {
  try {
    python('import dbm.gnu', '');
    return true;
  } catch {
    return false;
  }
}
