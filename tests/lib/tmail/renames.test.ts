/** Renames that were cut off, and what the directory wants by the time of the next run. */
import { World } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;
let world: World;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());
beforeEach(async () => {
  world = await new World({ url: standIn.url, token: 'a-token', hasContacts: true }, 'renames').open();
  world.put('anna', { id: 'anna', mail: 'old', alias: ['info'] });
  world.put('bert');
  await world.run();
  await world.admin.putMail(world.at('old'));
  world.put('anna', { id: 'anna', mail: 'new', alias: ['info'] });
});
afterEach(() => world.close());

/** The mail is at the new address by then, both accounts are there. */
async function cutOffAfterTheMove(): Promise<void> {
  let isOver = false;
  standIn.fault = ({ path }) => {
    isOver ||= path.startsWith('/tasks/');
    return isOver ? 'before' : null;
  };
  await expect(world.run()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });
  standIn.fault = null;
}

it.each(['old', 'new', 'third'])('is finished, and the mailbox goes where it is to be: %s', async (wanted) => {
  await cutOffAfterTheMove();
  world.put('anna', { id: 'anna', mail: wanted, alias: ['info'] });

  expect(await world.clean()).toMatchObject({ refused: [], removed: 0 });

  expect(Object.keys(await world.holds()).sort()).toEqual(['bert', wanted].sort());
  expect(await world.mailbox(wanted)).toMatchObject({ aliases: ['info'], forwards: [] });
  expect(await world.admin.mailboxes(world.at(wanted))).toBe(1);
});

it('of somebody who is gone by then leaves mail at the new address that is not for others', async () => {
  await cutOffAfterTheMove();
  world.drop('anna');

  expect(await world.clean()).toMatchObject({ removed: 2, leftMail: [world.at('new')] });
  world.put('other', { id: 'other', mail: 'new' });
  await world.clean();

  expect(world.refusals()).toEqual(['new: account new']);
});

it('is no reason to give the new address to somebody else', async () => {
  await cutOffAfterTheMove();
  world.drop('anna');
  world.put('other', { id: 'other', mail: 'new' });

  await world.clean();

  expect(world.refusals()).toEqual(['new: account new']);
  expect(await world.admin.mailboxes(world.at('new'))).toBe(1);
});

it('of a mailbox that somebody removed on the server is a new one, and nothing is left at the old address', async () => {
  await world.admin.call('DELETE', `/users/${world.at('old')}`);
  expect(await world.admin.aliases(world.at('old'))).toEqual([world.at('info')]);

  expect(await world.run()).toMatchObject({ refused: [], created: 1, renamed: 0 });

  expect(await world.mailbox('new')).toMatchObject({ aliases: ['info'] });
  expect(await world.admin.aliases(world.at('old'))).toEqual([]);
  expect([...world.remembered().keys()].sort()).toEqual([world.at('bert'), world.at('new')]);
});
