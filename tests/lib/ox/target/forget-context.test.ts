/** What is remembered of a context that was deleted is void, and nothing waits for it (docs/behaviour.md, "Contexts"). */
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
} from '../../../harness/objects.ts';
import { other } from '../../../harness/others.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const in20 = (name: string, more = {}): QueueFile => aUser(name, { oxContext: 20, ...more });

it('a context that another object stands for too is not forgotten: its users are removed with their deletion', async () => {
  await site.apply(aContext(30), aUser('nora', { oxContext: 30 }));
  const second = other(aContext(30, { name: 'mistaken' }));
  site.remember(second);
  await site.apply(deleted(second));
  await site.apply(deleted(aUser('nora', { oxContext: 30 })));
  expect(await site.user('nora', 30)).toBeUndefined();
});

it('nothing waits for a context that was deleted', async () => {
  const context = aContext(30);
  await site.apply(context, aUser('anna', { oxContext: 30 }), aUser('bert'), aGroup('team', ['anna', 'bert']));
  const login = site.place.credentials()['30'];
  site.forgetCredentials(30);
  await site.apply(deleted(aUser('anna')), changed(aGroup('team', ['bert']), { description: 'x' }));
  site.enterLogin(30, login ?? { adminuser: '', adminpass: '' });
  site.forgetCredentials(30);
  const run = await site.apply(deleted(context));
  expect(run.waiting).toEqual([]);
  expect(site.place.lastState(aUser('anna').id)).toBeNull();
  const after = await site.apply(changed(aGroup('team', ['bert']), { description: 'y' }));
  expect(after.warnings).toEqual([]);
  expect(site.place.lastState(aGroup('team', []).id)?.object).not.toHaveProperty('oxDbSkipped');
});

describe('a context is deleted to which something was to move', () => {
  const in30 = (file: QueueFile): QueueFile => changed(file, { oxContext: 30 });

  it('a user that could not leave stays where it is, with all that it has, until it is told where to go', async () => {
    await site.apply(aContext(30), in20('anna'), aGroup('team', ['anna']), anAccount('info', ['anna']));
    site.forgetCredentials(20);
    await site.apply(in30(in20('anna')));
    await site.apply(deleted(aContext(30)));
    site.enterCredentials(20);
    const { warnings, waiting } = await site.apply();
    expect(waiting).toEqual([]);
    expect(warnings.join()).toContain('context 30');
    expect(warnings.join('\n')).toMatch(/contexts\.json has no credentials for context 30/);
    await site.apply(aGroup('team', ['anna'], { description: 'new' }));
    expect(await site.namesIn(20)).toEqual(['anna', 'team']);
    expect(await site.accounts('anna', 20)).toHaveLength(1);

    await site.apply(in20('anna', { title: 'Dr.' }));
    expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr.' });
    expect((await site.group('team', 20))?.members).toEqual(['anna']);
  });

  it('a user whose target has no credentials stays as well, and goes when there is such a context again', async () => {
    await site.apply(aContext(30), in20('anna'));
    site.forgetCredentials(30);
    await site.apply(in30(in20('anna')));
    await site.apply(deleted(aContext(30)));
    expect(await site.namesIn(20)).toEqual(['anna']);
    await site.apply(aContext(30));
    expect([await site.namesIn(20), await site.namesIn(30)]).toEqual([[], ['anna']]);
  });

  it('a resource leaves where it was as soon as it can', async () => {
    await site.apply(aContext(30), aResource('room', { oxContext: 20 }));
    site.forgetCredentials(20);
    await site.apply(in30(aResource('room')));
    await site.apply(deleted(aContext(30)));
    site.enterCredentials(20);
    await site.apply();
    expect(await site.namesIn(20)).toEqual([]);
    await site.apply(aResource('room', { oxContext: 10 }));
    expect([await site.namesIn(10), await site.namesIn(20)]).toEqual([['room'], []]);
  });
});
