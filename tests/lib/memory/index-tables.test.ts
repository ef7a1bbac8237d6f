/** The tables of the index: all that leads to an object comes with it, changes with it and goes with it. */
import { IN_MEMORY, openDatabase } from '../../../lib/memory/index-database.ts';
import { entryOf } from '../../../lib/memory/index-entry.ts';
import { IndexTables } from '../../../lib/memory/index-tables.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { claimKeys, DEFAULT_IDENTIFIERS } from '../../../lib/model/claims.ts';
import { dnKey } from '../../../lib/model/dn.ts';
import { aGroup, aUser, type QueueFile, userDn } from '../../harness/objects.ts';

let tables: IndexTables;
beforeEach(() => {
  tables = new IndexTables(openDatabase(IN_MEMORY));
});
afterEach(() => tables.close());

const put = (file: QueueFile, signature = 's'): void =>
  tables.put(file.id, entryOf(file.id, file as Envelope, DEFAULT_IDENTIFIERS), signature);
const anna = (more = {}): QueueFile =>
  aUser('anna', {
    oxDbId: 7,
    oxDbUsername: 'anna',
    oxDbContext: 10,
    oxDbFormerIds: ['f0'],
    oxDbSkipped: [20],
    ...more,
  });
const { id } = anna();
const leading = () => ({
  dn: tables.byDn(dnKey(userDn('anna'))).map((row) => row.id),
  claim: tables.claimants(claimKeys.user(10, 'anna')).map((row) => row.id),
  former: tables.withFormer('F0'),
  awaited: [tables.awaited(), tables.waitingFor('login:20')],
});

it('find an object by all that leads to it, until it is removed', () => {
  put(anna());
  put(aGroup('sales', ['anna']));
  expect(tables.row(id.toUpperCase())).toMatchObject({ id, context: 10, ox_id: 7, is_ox: 1, signature: 's' });
  expect(leading()).toEqual({ dn: [id], claim: [id], former: [id], awaited: [['login:20'], [id]] });
  expect(tables.referring(dnKey(userDn('anna')))).toEqual([aGroup('sales', []).id]);
  expect(tables.referrers().map((row) => row.id)).toEqual([aGroup('sales', []).id]);
  tables.remove(id);
  expect(leading()).toEqual({ dn: [], claim: [], former: [], awaited: [[], []] });
  expect(tables.ids()).toEqual([aGroup('sales', []).id]);
});

it('keep nothing of what a changed one had before', () => {
  put(anna());
  put({ ...anna({ oxDbUsername: 'anne', oxDbFormerIds: [], oxDbSkipped: undefined }), dn: userDn('anne') }, 't');
  expect(leading()).toEqual({ dn: [], claim: [], former: [], awaited: [[], []] });
  expect(tables.claimants(claimKeys.user(10, 'anne'))).toMatchObject([{ id, signature: 't' }]);
  expect(tables.countOf(claimKeys.userId(10, 7))).toBe(1);
});

it('know what was damaged, until it is not', () => {
  tables.putDamaged(id, 's1');
  tables.putDamaged(id, 's2');
  expect([...tables.damaged()]).toEqual([[id, 's2']]);
  tables.removeDamaged(id);
  expect(tables.damaged().size).toBe(0);
});

it('forget all, and what was noted of them as a whole', () => {
  put(anna());
  tables.setMeta('directory', '1');
  tables.setMeta('directory', '2');
  expect(tables.meta('directory')).toBe('2');
  tables.clear();
  expect(leading()).toEqual({ dn: [], claim: [], former: [], awaited: [[], []] });
  expect([tables.ids(), tables.meta('directory')]).toEqual([[], undefined]);
});
