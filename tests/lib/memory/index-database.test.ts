/** The file behind the index: thrown away and made anew when it is damaged, and nobody's but its owner's. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openMemory } from '../../../lib/memory/memory.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { aGroup, anAccount, aUser, type QueueFile, userDn } from '../../harness/objects.ts';
import { useRemembered } from '../../harness/remembered.ts';
import { thrownBy } from '../../harness/temporary.ts';

const site = useRemembered();
const { folder, indexFile, open, again, settle } = site;

const anna = aUser('anna', { oxDbId: 7, oxDbUsername: 'anna' });
const bert = aUser('bert', { oxDbId: 8, oxContext: 20 });
const sales = aGroup('sales', ['anna', 'bert']);
const info = anAccount('info', ['anna']);

describe('rebuilds an index that', () => {
  beforeEach(() => {
    settle(anna, bert, sales);
    site.known.close();
  });
  afterEach(() => {
    site.known = open();
    expect(site.known.byDn(anna.dn)).toMatchObject({ id: anna.id, oxId: 7 });
    expect(site.known.byDn(bert.dn)).toMatchObject({ id: bert.id });
    expect(site.known.referring(anna.dn)).toEqual([sales.id]);
    settle(info);
    again();
    expect(site.known.referring(anna.dn)).toEqual([sales.id, info.id]);
  });

  it('is missing', () => {
    for (const name of readdirSync(folder()).filter((each) => each.startsWith('.index'))) {
      rmSync(join(folder(), name));
    }
  });
  it('is empty', () => truncateSync(indexFile()));
  it('is text', () => writeFileSync(indexFile(), 'no database'.repeat(1000)));
  it('is cut', () => truncateSync(indexFile(), statSync(indexFile()).size / 2));
  it('has garbage in its pages', () => {
    const { size } = statSync(indexFile());
    const database = Buffer.alloc(size, 0xee);
    Buffer.from('SQLite format 3\0').copy(database);
    writeFileSync(indexFile(), database);
  });
  it('is of another version', () => {
    const database = new DatabaseSync(indexFile());
    database.exec('DROP TABLE object; PRAGMA user_version=1');
    database.close();
  });
});

it('notices damage while it is open', () => {
  settle(anna, sales);
  again();
  site.known.close();
  site.known = open();
  truncateSync(indexFile(), 5000);
  expect(site.known.byDn(anna.dn)?.id).toBe(anna.id);
  expect(site.known.referring(anna.dn)).toEqual([sales.id]);
});

it('writes once, even if the index turns out to be damaged then', () => {
  settle(anna);
  site.known.close();
  writeFileSync(indexFile(), 'no database'.repeat(1000));
  let written = 0;
  site.known = openMemory(folder(), {
    ...site.states,
    write: (state) => {
      written += 1;
      site.states.write(state);
    },
  });
  settle(bert);
  expect(written).toBe(1);
  expect([site.known.byDn(anna.dn)?.id, site.known.byDn(bert.dn)?.id]).toEqual([anna.id, bert.id]);
});

it.each(['', '-wal', '-shm', '-journal'])('never writes through a link under the name of the index%s', (suffix) => {
  site.states.write(aUser('anna') as Envelope);
  site.known.close();
  const other = join(folder(), 'other');
  writeFileSync(other, 'keep');
  rmSync(indexFile() + suffix, { force: true });
  symlinkSync(other, indexFile() + suffix);

  site.known = open();

  expect(site.known.byDn(userDn('anna'))?.id).toBe(aUser('anna').id);
  expect(readFileSync(other, 'utf8')).toBe('keep');
});

it('is for its owner only, also one that a former version made', () => {
  settle(aUser('anna') as QueueFile);
  const modes = (): number[] =>
    readdirSync(folder())
      .filter((name) => name.startsWith('.index.sqlite'))
      .map((name) => statSync(join(folder(), name)).mode & 0o777);
  expect(modes().length).toBeGreaterThan(1);
  expect(new Set(modes())).toEqual(new Set([0o600]));

  site.known.close();
  chmodSync(indexFile(), 0o644);
  site.known = open();
  settle(aUser('bert') as QueueFile);

  expect(new Set(modes())).toEqual(new Set([0o600]));
  expect(site.known.byDn(userDn('anna'))).toMatchObject({ id: aUser('anna').id });
});

it('says what to do where it cannot be opened at all', () => {
  site.known.close();
  rmSync(indexFile(), { force: true });
  mkdirSync(indexFile(), { mode: 0o700 });
  site.known = openMemory(folder(), site.states);
  expect(thrownBy(() => site.known.byDn(userDn('anna')))).toMatchObject({
    code: 'DATA_UNWRITABLE',
    message: `cannot write the index ${indexFile()}: unable to open database file`,
    fields: { path: indexFile() },
    remedy:
      'Check that the disk is not full, and writable for the connector. Nothing is lost, the next run goes on from here.',
  });
});
