/** A last state that nobody can read stops nobody else, and nobody loses anything in OX because of it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  deleted,
  idOf,
  type QueueFile,
  userDn,
} from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();
const old = ({ id }: QueueFile): string => join(site.place.queue, 'old', `${id}.json`);

/** Answers how to repair it. */
function damage(file: QueueFile): () => void {
  const whole = readFileSync(old(file));
  writeFileSync(old(file), whole.subarray(0, 20));
  return () => writeFileSync(old(file), whole);
}

function loseIndex(): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(join(site.place.queue, `.index.sqlite${suffix}`), { force: true });
  }
}

const members = async (name = 'sales', context = 10) => (await site.group(name, context))?.members;
const holders = async (address: string): Promise<string[]> => {
  const { users } = await site.context();
  const has = (accounts: unknown): boolean =>
    (accounts as readonly { primaryAddress?: string }[]).some(({ primaryAddress }) => primaryAddress === address);
  return users.flatMap(({ name, accounts }) => (has(accounts ?? []) ? [String(name)] : []));
};

const anna = aUser('anna');
const bert = aUser('bert');
const carl = aUser('carl');
const sales = aGroup('sales', ['anna', 'bert', 'carl']);
const office = anAccount('office', ['anna', 'bert']);

describe.each<[string, () => void]>([
  ['the index knows what was in it', () => undefined],
  ['the index is lost', loseIndex],
])('%s:', (_, lose) => {
  it('a change of a group leaves the member in it, and takes others out', async () => {
    await site.apply(anna, bert, carl, sales);
    const repair = damage(anna);
    lose();

    await site.apply(aGroup('sales', ['anna', 'bert']));
    expect(await members()).toEqual(['anna', 'bert']);
    await site.apply(aGroup('sales', ['anna', 'bert'], { name: 'vendors' }));
    expect(await members('vendors')).toEqual(['anna', 'bert']);

    repair();
    await site.apply(aGroup('sales', ['bert'], { name: 'vendors' }));
    expect(await members('vendors')).toEqual(['bert']);
  });

  it('a group whose only member it is stays', async () => {
    const alone = aGroup('alone', ['anna']);
    await site.apply(anna, bert, alone);
    damage(anna);
    lose();
    await site.apply(changed(alone, { description: 'new' }));
    expect(await members('alone')).toEqual(['anna']);
  });

  it('a change of a functional account leaves it with its holder, and takes it from him later', async () => {
    await site.apply(anna, bert, office);
    const repair = damage(anna);
    lose();

    const { warnings } = await site.apply(anAccount('office', ['anna'], { personal: 'The new office' }));
    expect(await holders('office@example.org')).toEqual(['anna']);
    expect(warnings.join()).toContain(
      lose === loseIndex
        ? old(anna)
        : `stays with users whose last states are damaged: ${old(anna)}. Restore the damaged file from a backup`,
    );
    expect(warnings.join()).toMatch(/Then listener_trigger check --fix\./);

    await site.apply(anAccount('office', []));
    expect(await holders('office@example.org')).toEqual(['anna']);
    repair();
    await site.apply(anAccount('office', [], { personal: 'Nobody' }));
    expect(await holders('office@example.org')).toEqual([]);
  });

  it('a functional account gets another address, and its holder gives up the former one when it is repaired', async () => {
    await site.apply(anna, bert, office);
    const repair = damage(anna);
    lose();
    const moved = anAccount('office', ['anna', 'bert'], { mailPrimaryAddress: 'desk@example.org' });
    await site.apply(moved);
    expect([await holders('office@example.org'), await holders('desk@example.org')]).toEqual([['anna'], ['bert']]);
    repair();
    await site.apply(changed(moved, { personal: 'The desk' }));
    expect([await holders('office@example.org'), await holders('desk@example.org')]).toEqual([[], ['anna', 'bert']]);
  });

  it.each<[string, QueueFile, QueueFile, () => Promise<unknown>]>([
    [
      'the user "anna" in context 10',
      anna,
      aUser('eve', { username: 'anna', mailPrimaryAddress: 'eve@example.org' }),
      async () => (await site.user('anna'))?.primaryEmail,
    ],
    ['the group "sales" in context 10', sales, aGroup('others', ['carl'], { name: 'sales' }), async () => members()],
    [
      'the resource "beamer" in context 10',
      aResource('beamer', { description: 'it' }),
      aResource('other', { name: 'beamer', description: 'another' }),
      async () => (await site.resource('beamer'))?.description,
    ],
    [
      'context 30',
      aContext(30, { oxQuota: 5 }),
      { ...aContext(31, { contextid: 30, name: 'context30', oxQuota: 7 }) },
      async () => (await site.context(30)).maxQuota,
    ],
  ])('what it has in OX is adopted by no newcomer: %s', async (what, file, newcomer, look) => {
    await site.apply(anna, bert, carl, file);
    const before = await look();
    const repair = damage(file);
    lose();

    const { failure } = await site.stopsAt(newcomer);
    expect([failure.code, failure.exitCode]).toEqual(['OX_REFUSED', 76]);
    const whose = `to an object whose last state ${old(file)} is damaged`;
    const given = `it is not given to ${newcomer.dn} (${newcomer.id})`;
    expect(failure.message).toBe(
      lose === loseIndex
        ? `${what} is there, and may belong ${whose}: ${given}`
        : `${what} belongs ${whose} (${file.id}), ${given}`,
    );
    expect(failure.remedy).toBe(
      'Restore the damaged file from a backup, or remove it and save its object in UDM: it is then looked up in OX by its name.',
    );
    expect(await look()).toEqual(before);

    // Nobody else is stopped, once the newcomer is out of the way.
    site.place.clearQueue();
    await site.apply(aUser('dora'), aGroup('choir', ['dora']));
    expect(await members('choir')).toEqual(['dora']);
    repair();
    expect((await site.stopsAt(newcomer)).failure.message).toContain(file.dn);
  });

  it('the user that appears brings no damaged group back, and everybody else goes on', async () => {
    await site.apply(anna, bert, aGroup('sales', ['anna', 'dora']), aGroup('choir', ['dora']));
    damage(sales);
    lose();
    const { failure, warnings, events } = await site.apply(aUser('dora'));
    expect(failure).toBeNull();
    expect(new Set(events)).toEqual(new Set(events.length === 0 ? [] : ['not as wished']));
    expect(await members('choir')).toEqual(['dora']);
    expect(await members('sales')).toEqual(['anna']);
    const said = `is not provisioned again: the last state is damaged: ${old(sales)}`;
    expect(warnings.join()).toMatch(
      lose === loseIndex ? '' : new RegExp(`${said} .*\\. Restore ${old(sales)} from a backup`),
    );
  });
});

it('an account that is deleted stays with them, to be removed by hand', async () => {
  await site.apply(anna, bert, office);
  damage(anna);
  const { warnings } = await site.apply(deleted(office));
  expect(warnings).toEqual([`stays with users whose last states are damaged: ${old(anna)}. Remove it there by hand.`]);
  expect(await holders('office@example.org')).toEqual(['anna']);
});

it('a group of which nobody can note who is in it is told, and the user gets its new place', async () => {
  await site.apply(anna, sales);
  damage(sales);
  const { events, waiting } = await site.apply({ ...anna, dn: userDn('anne') });
  expect(events).toContain('it cannot be noted who belongs to it');
  expect(waiting).toEqual([]);
});

it('costs a group of which everybody is known no call more', async () => {
  await site.apply(anna, bert, carl, sales);
  damage(carl);
  loseIndex();
  const { calls } = await site.apply(aGroup('sales', ['anna', 'bert']));
  expect(calls).toEqual(['OXGroupService.change']);
  expect(await members()).toEqual(['anna', 'bert']);
});

it('removed, it counts as never provisioned, and its object gets all of its own back', async () => {
  await site.apply(anna, bert, carl, sales, office);
  damage(anna);
  await site.apply(changed(sales, { description: 'new' }));
  rmSync(old(anna));
  await site.apply(anna);
  expect([await members(), await holders('office@example.org')]).toEqual([
    ['anna', 'bert', 'carl'],
    ['anna', 'bert'],
  ]);
});

it('the ids of a context are looked up again for all others', async () => {
  await site.apply(anna, bert, carl, sales);
  damage(anna);
  site.remember(bert, { oxDbId: await site.userId('carl'), oxDbUsername: 'bert', oxDbContext: 10 });
  const { events } = await site.apply(changed(sales, { description: 'new' }));
  expect(events).toContain('remembered ids are not those of OX: looking all of this context up again');
  expect(await members()).toEqual(['anna', 'bert', 'carl']);
});

it('what it says of a context that is gone stays, and is told', async () => {
  const dora = aUser('dora', { oxContext: 30 });
  await site.apply(aContext(30), dora, aUser('emil', { oxContext: 30 }));
  damage(dora);
  const { events, warnings, waiting } = await site.apply(deleted(aContext(30)));
  expect(waiting).toEqual([]);
  expect(events).toContain('keeps what it had in a context that is gone');
  expect(warnings.join('\n')).toContain(`${dora.id}.json is not valid JSON`);
});

it('a context of that kind waits for its turn, and holds up nothing before it', async () => {
  const context = aContext(30);
  await site.apply(context);
  damage(context);
  const { failure, waiting } = await site.stopsAt(aContext(31), deleted(context));
  expect(failure.code).toBe('LAST_STATE_BROKEN');
  expect(waiting).toHaveLength(1);
  expect(Object.keys((await site.ox.state()).contexts)).toEqual(expect.arrayContaining(['30', '31']));
});

it('whoever is known to have left is taken out of a group that names somebody unknown', async () => {
  await site.apply(anna, bert, carl, sales);
  damage(anna);
  loseIndex();
  const { warnings } = await site.apply(changed(sales, { users: [userDn('anna'), userDn('carl'), userDn('nobody')] }));
  expect(warnings.join('\n')).toMatch(
    /^who is in it in OX and is nobody's stays: the last state .* is damaged, and may be one of them\. Restore .* Then listener_trigger check --fix\.$/m,
  );
  expect(await members()).toEqual(['anna', 'carl']);
  expect(warnings.join()).toContain(join('old', `${idOf('user', 'anna')}.json`));
});

describe('news of its own object', () => {
  it('stop the run there, and are applied when it is repaired', async () => {
    await site.apply(anna);
    const repair = damage(anna);
    const { failure, waiting } = await site.stopsAt(
      changed(anna, { title: 'Dr.' }),
      changed(anna, { title: 'Prof.' }),
      bert,
    );
    expect([failure.code, failure.exitCode]).toEqual(['LAST_STATE_BROKEN', 74]);
    expect(waiting).not.toEqual([]);
    repair();
    await site.apply();
    expect([await site.user('anna'), await site.user('bert')]).toMatchObject([{ title: 'Prof.' }, {}]);
  });

  it('are set aside where the run is to go on, and hold up nobody', async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    await site.apply(anna, bert, sales);
    const repair = damage(anna);
    const run = await site.apply(
      changed(anna, { title: 'Dr.' }),
      changed(bert, { title: 'Dr.' }),
      changed(sales, { description: 'x' }),
    );
    expect([run.waiting.length, run.parked.length]).toEqual([0, 1]);
    expect([await members(), await site.user('bert')]).toMatchObject([['anna', 'bert'], { title: 'Dr.' }]);
    repair();
    site.place.retry();
    await site.apply();
    expect(await site.user('anna')).toMatchObject({ title: 'Dr.' });
  });

  it('stay in the queue where it is a context, and hold up nobody where the run is to go on', async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    await site.apply(aContext(30), anna);
    damage(aContext(30));
    const { failure, waiting, parked } = await site.stopsAt(deleted(aContext(30)), changed(anna, { title: 'Dr.' }));
    expect([failure.code, waiting.length, parked]).toEqual(['LAST_STATE_BROKEN', 1, []]);
    expect(await site.user('anna')).toMatchObject({ title: 'Dr.' });
  });
});
