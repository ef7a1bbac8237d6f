/** Finding objects by DN: `old/` is the truth, whatever happened to the index or to the files. */
import { existsSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Memory } from '../../../lib/memory/memory.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  groupDn,
  idOf,
  type QueueFile,
  userDn,
} from '../../harness/objects.ts';
import { useRemembered } from '../../harness/remembered.ts';

const site = useRemembered();
const { indexFile, open, again, settle } = site;
function forget(file: QueueFile): void {
  site.known.remove(file.id);
}
/** As an administrator does, behind the index's back. */
const edit = (file: QueueFile): void => writeFileSync(site.states.path(file.id), JSON.stringify(file));

const anna = aUser('anna', { oxDbId: 7, oxDbUsername: 'anna' });
const bert = aUser('bert', { oxDbId: 8, oxContext: 20 });
const sales = aGroup('sales', ['anna', 'bert']);
const info = anAccount('info', ['anna']);

it('finds what was settled in this run and in an earlier one', () => {
  settle(anna, sales, info);
  for (const _run of [1, 2]) {
    expect(site.known.byDn(anna.dn)).toEqual({
      id: anna.id,
      type: 'users/user',
      isOx: true,
      context: 10,
      oxId: 7,
      isInDoubt: false,
      isDamaged: false,
    });
    expect(site.known.byDn('UID=Anna , CN=users,DC=example,DC=org')?.id).toBe(anna.id);
    expect(site.known.byId(anna.id.toUpperCase())?.id).toBe(anna.id);
    expect(site.known.referring(userDn('anna'))).toEqual([sales.id, info.id]);
    expect(site.known.referring(userDn('bert'))).toEqual([sales.id]);
    expect(site.known.look(sales.id)).toEqual(sales);
    expect(site.known.byDn(userDn('nobody'))).toBeNull();
    expect(site.known.byId(aUser('nobody').id)).toBeNull();
    expect(site.known.referring(userDn('nobody'))).toEqual([]);
    again();
  }
});

it.each<[string, QueueFile, { isOx: boolean; context: number | null; oxId: number | null }]>([
  ['an OX user', anna, { isOx: true, context: 10, oxId: 7 }],
  ['a user of no context', aUser('x', { oxContext: null, oxDbId: 7 }), { isOx: true, context: null, oxId: null }],
  ['a user without id', aUser('x'), { isOx: true, context: 10, oxId: null }],
  ['no OX user', aUser('x', { isOxUser: 'Not' }), { isOx: false, context: null, oxId: null }],
  ['an id learnt elsewhere', aUser('x', { oxDbContext: 20, oxDbId: 5 }), { isOx: true, context: 20, oxId: 5 }],
  ['a skipped user', aUser('x', { oxDbSkipped: 30 }), { isOx: true, context: null, oxId: null }],
  ['an OX group', sales, { isOx: true, context: null, oxId: null }],
  ['no OX group', aGroup('x', [], { isOxGroup: 'FALSE' }), { isOx: false, context: null, oxId: null }],
  ['a resource', aResource('beamer'), { isOx: true, context: 10, oxId: null }],
  ['a context', aContext(20), { isOx: true, context: null, oxId: null }],
])('knows where %s is', (_what, file, expected) => {
  settle(file);
  expect(site.known.byDn(file.dn)).toMatchObject(expected);
});

it('forgets the former DN and the former members of what changed, and all of what is gone', () => {
  settle(anna, sales);
  settle({ ...anna, dn: userDn('anne') }, changed(sales, { users: [userDn('bert')] }));
  expect(site.known.byDn(anna.dn)).toBeNull();
  expect(site.known.byDn(userDn('anne'))?.id).toBe(anna.id);
  expect([site.known.referring(userDn('anna')), site.known.referring(userDn('bert'))]).toEqual([[], [sales.id]]);

  forget({ ...anna, dn: userDn('anne') });
  forget(sales);
  expect([site.known.byDn(userDn('anne')), site.known.byId(sales.id)]).toEqual([null, null]);
  expect(site.known.referring(userDn('bert'))).toEqual([]);
});

it('moves an object to another id with all that leads to it, in this run and for the next', () => {
  settle(anna, sales);
  const id = idOf('user', 'renumbered');
  site.known.move(anna.id, { ...anna, id, object: { ...anna.object, oxDbFormerIds: [anna.id] } } as Envelope);
  for (const _run of [1, 2]) {
    expect([site.known.byDn(anna.dn)?.id, site.known.byId(anna.id)?.id, site.known.currentId(anna.id)]).toEqual([
      id,
      id,
      id,
    ]);
    expect(site.known.claimants('user:10:anna')).toEqual([id]);
    expect([site.known.read(anna.id), site.known.read(id)?.id]).toEqual([null, id]);
    again();
  }
});

it('answers the claims and former ids of the latest state, also where they went and came back', () => {
  const renamed = { ...anna, object: { ...anna.object, oxDbUsername: 'anne', oxDbFormerIds: ['f0'] } };
  const claimants = (): string[][] => ['user:10:anna', 'user:10:anne'].map((claim) => [...site.known.claimants(claim)]);
  settle(anna);
  settle(changed(anna, { title: 'Dr.' }));
  expect([claimants(), site.known.currentId('f0')]).toEqual([[[anna.id], []], null]);
  settle(renamed, changed(renamed, { title: 'Dr.' }));
  expect([claimants(), site.known.currentId('f0')]).toEqual([[[], [anna.id]], anna.id]);
  settle(anna);
  expect([claimants(), site.known.currentId('f0')]).toEqual([[[anna.id], []], null]);
  again();
  settle(changed(anna, { title: 'Prof.' }));
  expect([claimants(), site.known.currentId('f0')]).toEqual([[[anna.id], []], null]);
});

it('finds the objects that wait for something', () => {
  const both = aUser('z', { oxDbSkipped: [20, 'service:x'] });
  settle(aUser('x', { oxDbSkipped: 30 }), aUser('y', { oxDbSkipped: '30' }), both, anna);
  expect(site.known.awaited()).toEqual(['login:20', 'login:30', 'service:x']);
  expect(site.known.waitingFor('login:30')).toEqual([aUser('x').id, aUser('y').id]);
  expect(site.known.waitingFor('service:x')).toEqual([both.id]);
  settle(aUser('z'));
  expect(site.known.awaited()).toEqual(['login:30']);
});

it.each<[string, (index: Memory) => unknown, unknown]>([
  ['what is waited for', (index) => index.awaited(), ['login:30']],
  ['the objects', (index) => index.waitingFor('login:30'), [aUser('x').id]],
  ['who has an id of OX', (index) => index.claimants('userid:10:7'), [anna.id]],
])('finds what was skipped although the index is lost: %s', (_what, ask, expected) => {
  settle(aUser('x', { oxDbSkipped: 30 }), anna);
  site.known.close();
  rmSync(indexFile());
  site.known = open();
  expect(ask(site.known)).toEqual(expected);
});

describe('notices that an administrator', () => {
  beforeEach(() => {
    settle(anna, bert, sales);
    again();
  });

  it('added a file', () => {
    edit(info);
    expect(site.known.byDn(info.dn)?.id).toBe(info.id);
    expect(site.known.referring(anna.dn)).toEqual([sales.id, info.id]);
  });

  it('removed a file', () => {
    unlinkSync(site.states.path(sales.id));
    expect(site.known.byDn(sales.dn)).toBeNull();
    expect(site.known.referring(anna.dn)).toEqual([]);
  });

  it('edited a file in place', () => {
    edit(changed(anna, { oxDbId: 99, oxContext: 20 }));
    expect(site.known.byDn(anna.dn)).toMatchObject({ context: 20, oxId: 99 });
    expect(site.known.byId(anna.id)).toMatchObject({ context: 20, oxId: 99 });
  });

  it('edited a group in place', () => {
    edit(changed(sales, { users: [userDn('clara')] }));
    expect(site.known.referring(userDn('clara'))).toEqual([sales.id]);
    expect(site.known.referring(anna.dn)).toEqual([]);
  });

  it('gave a file another DN in place', () => {
    edit({ ...anna, dn: userDn('anne') });
    expect(site.known.byDn(userDn('anne'))?.id).toBe(anna.id);
    expect(site.known.byDn(anna.dn)).toBeNull();
  });

  it('did so while the run goes on', () => {
    expect(site.known.byDn(anna.dn)?.oxId).toBe(7);
    edit(changed(anna, { oxDbId: 100 }));
    expect(site.known.byDn(anna.dn)?.oxId).toBe(100);
    unlinkSync(site.states.path(anna.id));
    expect(site.known.byDn(anna.dn)).toBeNull();
  });

  it('did so between two objects of this run', () => {
    expect(site.known.byDn(anna.dn)?.oxId).toBe(7);
    unlinkSync(site.states.path(bert.id));
    settle(info);
    expect(site.known.byDn(bert.dn)).toBeNull();
    expect(site.known.byDn(info.dn)?.id).toBe(info.id);
  });

  it('damaged a file: the object is what it was until it is repaired, and whoever reads them all passes over it', () => {
    const path = site.states.path(sales.id);
    writeFileSync(path, '{');
    for (const _run of [1, 2]) {
      expect(site.known.byDn(sales.dn)).toMatchObject({ id: sales.id, isDamaged: true });
      expect(site.known.referring(anna.dn)).toEqual([sales.id]);
      expect(site.known.claimants('group::sales')).toEqual([sales.id]);
      expect([site.known.look(sales.id), site.known.list('groups/group')]).toEqual([null, []]);
      expect(site.known.damaged()).toEqual([{ id: sales.id, path, isUnknown: false }]);
      again();
    }
    edit(changed(sales, { users: [bert.dn] }));
    again();
    expect([site.known.damaged(), site.known.referring(anna.dn), site.known.referring(bert.dn)]).toEqual([
      [],
      [],
      [sales.id],
    ]);
    expect(site.known.byId(sales.id)).toMatchObject({ id: sales.id, isDamaged: false });
  });

  it('damaged a file, and the index is lost: nothing is known of it until it is repaired or removed', () => {
    const path = site.states.path(sales.id);
    writeFileSync(path, '{');
    site.known.close();
    rmSync(indexFile());
    site.known = open();
    for (const _run of [1, 2]) {
      expect([site.known.byDn(sales.dn), site.known.byId(sales.id), site.known.referring(anna.dn)]).toEqual([
        null,
        null,
        [],
      ]);
      expect(site.known.damaged()).toEqual([{ id: sales.id, path, isUnknown: true }]);
      again();
    }
    edit(sales);
    again();
    expect([site.known.damaged(), site.known.referring(anna.dn)]).toEqual([[], [sales.id]]);
    writeFileSync(path, '{');
    expect(site.known.byDn(sales.dn)?.isDamaged).toBe(true);
    unlinkSync(path);
    again();
    expect([site.known.damaged(), site.known.byDn(sales.dn)]).toEqual([[], null]);
  });

  it('put back a copy with an old time', () => {
    const { mtime } = statSync(site.states.path(anna.id));
    edit(changed(anna, { oxDbId: 1000 }));
    utimesSync(site.states.path(anna.id), mtime, mtime);
    expect(site.known.byDn(anna.dn)?.oxId).toBe(1000);
  });
});

it('finds what a killed run has settled but not noted', () => {
  settle(anna);
  again();
  site.states.write(bert as Envelope);
  site.states.write(sales as Envelope);
  again();
  expect(site.known.byDn(bert.dn)?.id).toBe(bert.id);
  expect(site.known.referring(bert.dn)).toEqual([sales.id]);
});

it('takes over a directory it has never seen, other files in it included', () => {
  edit(anna);
  edit(sales);
  writeFileSync(join(site.states.directory, 'not-a-uuid.json'), 'garbage');
  expect(existsSync(indexFile())).toBe(false);
  expect(site.known.byDn(anna.dn)?.id).toBe(anna.id);
  expect(site.known.byDn(groupDn('sales'))?.id).toBe(sales.id);
});
