/**
 * Last states and what is found by them (docs/behaviour.md, "Last states"): `old/` is the truth, also when an
 * administrator edits it.
 */
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { aGroup, aUser, changed, deleted, userDn } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const anna = aUser('anna');
const old = (id: string) => join(site.place.queue, 'old', `${id}.json`);
const index = () => readdirSync(site.place.queue).filter((name) => name.startsWith('.index'));
const members = async () => (await site.group('sales'))?.members;

describe('DNs compare', () => {
  it.each([
    ['as they are', userDn('anna')],
    ['without regard to case', userDn('anna').toUpperCase()],
    ['without spaces around , and =', 'uid = anna , cn = users, dc=example ,dc= org'],
    ['with escapes understood', 'uid=\\61nna,cn=users,dc=example,dc=org'],
  ])('%s', async (_, dn) => {
    await site.apply(anna, aGroup('sales', [], { users: [dn] }));
    expect(await members()).toEqual(['anna']);
  });

  it.each([
    ['uid=a\\2cb,dc=org', 'uid=a\\,b,dc=org'],
    ['uid=a\\+b,dc=org', 'uid=a\\2Bb,dc=org'],
    ['uid=\\c3\\a4,dc=org', 'uid=ä,dc=org'],
    ['uid=Ä,dc=org', 'uid=ä,dc=org'],
    ['uid=a\\\\b,dc=org', 'uid=a\\5cb,dc=org'],
    ['uid=x\\#y,dc=org', 'uid=x#y,dc=org'],
  ])('%s as %s', async (dn, other) => {
    await site.apply({ ...anna, dn }, aGroup('sales', [], { users: [other] }));
    expect(await members()).toEqual(['anna']);
  });

  it.each([
    ['uid=a\\,b,dc=org', 'uid=a,b,dc=org'],
    ['uid=anna,dc=org', 'uid=anna,dc=orgs'],
    ['uid=an na,dc=org', 'uid=anna,dc=org'],
    ['uid=x\\,dc=org', 'uid=x,dc=org'],
  ])('%s is not %s', async (dn, other) => {
    const { warnings } = await site.apply({ ...anna, dn }, aGroup('sales', [], { users: [other] }));
    expect(warnings).toHaveLength(1);
    expect(await members()).toBeUndefined();
  });

  it('the object that has a DN now, when another had it before', async () => {
    const bert = { ...aUser('bert'), dn: userDn('anna') };
    await site.apply(anna, aGroup('sales', ['anna']));
    await site.apply({ ...anna, dn: userDn('moved') }, bert, aGroup('sales', ['anna']));
    expect(await members()).toEqual(['bert']);
  });
});

describe('the index gives no stale answers', () => {
  const bert = aUser('bert');
  const sales = aGroup('sales', ['anna', 'bert']);

  beforeEach(async () => {
    await site.apply(anna, bert, sales);
    expect(await members()).toEqual(['anna', 'bert']);
  });

  /** Edited as a text editor that writes in place does: same inode, same size, and the time set back. */
  const editInPlace = (id: string, from: string, to: string) => {
    const { atime, mtime } = statSync(old(id));
    const text = readFileSync(old(id), 'utf8');
    expect(text).toContain(from);
    writeFileSync(old(id), text.replaceAll(from, to));
    utimesSync(old(id), atime, new Date(mtime.getTime() + 1));
  };

  it.each([
    ['a last state deleted', () => rmSync(old(anna.id)), ['bert']],
    ['all last states but one deleted', () => [anna.id, sales.id].map((id) => rmSync(old(id))), ['bert']],
    ['edited in place: no OX user', () => editInPlace(anna.id, '"isOxUser":true', '"isOxUser":null'), ['bert']],
    ['edited in place: another DN', () => editInPlace(anna.id, 'uid=anna,', 'uid=anno,'), ['bert']],
    ['damaged', () => truncateSync(old(anna.id), 20), ['anna', 'bert']],
    ['replaced', () => site.remember({ ...anna, dn: userDn('other') }), ['bert']],
    ['not touched', () => undefined, ['anna', 'bert']],
  ])('%s by hand', async (_, act, expected) => {
    act();
    await site.apply(changed(sales, { description: 'new' }));
    expect(await members()).toEqual(expected);
  });

  it('a last state added by hand is found', async () => {
    await site.ox.seed({ contexts: { 10: { users: [{ name: 'carl', primaryEmail: 'carl@x.org' }] } } });
    site.remember(aUser('carl'), { oxDbId: await site.userId('carl'), oxDbUsername: 'carl' });
    await site.apply(aGroup('sales', ['carl']));
    expect(await members()).toEqual(['carl']);
  });

  it('a DN edited in place is found under the new one', async () => {
    editInPlace(anna.id, 'uid=anna,', 'uid=anno,');
    await site.apply(aGroup('sales', ['anno']));
    expect(await members()).toEqual(['anna']);
  });

  it.each([
    ['added', () => site.remember(aGroup('more', ['carl']))],
    ['edited in place', () => editInPlace(sales.id, 'uid=bert,', 'uid=carl,')],
  ])('a group that names a DN, %s by hand, follows that user', async (_, act) => {
    act();
    const { actions } = await site.apply(aUser('carl'));
    expect(actions.filter((action) => action.startsWith('cn='))).toHaveLength(1);
  });

  it.each([
    ['missing', () => index().map((name) => rmSync(join(site.place.queue, name)))],
    ['garbage', () => index().map((name) => writeFileSync(join(site.place.queue, name), 'garbage'.repeat(5000)))],
    ['empty', () => index().map((name) => writeFileSync(join(site.place.queue, name), ''))],
    ['cut short', () => truncateSync(join(site.place.queue, '.index.sqlite'), 5000)],
    ['longer than it should be', () => appendFileSync(join(site.place.queue, '.index.sqlite'), 'x'.repeat(5000))],
  ])('an index that is %s rebuilds itself, and nothing is lost', async (_, damage) => {
    expect(index()).toContain('.index.sqlite');
    damage();
    await site.apply(changed(sales, { description: 'new' }));
    expect(await members()).toEqual(['anna', 'bert']);
    await site.apply(deleted(anna), aUser('carl'), aGroup('sales', ['bert', 'carl']));
    expect(await members()).toEqual(['bert', 'carl']);
  });

  it('an index of an earlier state of old/, restored from a backup, is noticed', async () => {
    const file = join(site.place.queue, '.index.sqlite');
    const backup = readFileSync(file);
    await site.apply(aUser('carl'), deleted(anna));
    rmSync(`${file}-wal`, { force: true });
    rmSync(`${file}-shm`, { force: true });
    writeFileSync(file, backup);
    await site.apply(aGroup('sales', ['anna', 'bert', 'carl']));
    expect(await members()).toEqual(['bert', 'carl']);
  });

  it('a damaged last state of the object itself stops the run', async () => {
    truncateSync(old(anna.id), 20);
    const { failure } = await site.stopsAt(changed(anna, { title: 'Dr.' }));
    expect([failure.code, failure.exitCode]).toEqual(['LAST_STATE_BROKEN', 74]);
    expect(failure.message).toContain(anna.id);
  });
});
