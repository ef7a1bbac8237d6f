/**
 * The default sender belongs to the user, and OX refuses a change whose addresses lack it
 * (docs/ox.md, "Mail addresses").
 */
import { aUser } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const CHANGE = ['OXUserService.change'];
const ACCESS = 'OXUserService.changeByModuleAccess';
const LOOK = 'OXUserService.getData';

const [OLD, NEW, ONE, TWO, FOREIGN] = ['old@x.org', 'new@x.org', 'one@x.org', 'two@x.org', 'foreign@x.org'];

const user = (primary: string, ...others: readonly string[]) =>
  aUser('anna', { mailPrimaryAddress: primary, mailAlternativeAddress: others });

const choose = (defaultSenderAddress: string, more: Readonly<Record<string, unknown>> = {}) =>
  site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { defaultSenderAddress, ...more } } });

const addresses = async () => {
  const { primaryEmail, email1, defaultSenderAddress, aliases } = (await site.user('anna')) ?? {};
  return { primaryEmail, email1, defaultSenderAddress, aliases };
};

interface Case {
  readonly title: string;
  readonly before: readonly [string, ...string[]];
  readonly sender: string;
  readonly after: readonly [string, ...string[]];
  readonly wanted: string;
  /** Whether the stored sender has to be looked at: one call more. */
  readonly looks: boolean;
}

const CASES: readonly Case[] = [
  { title: 'keeps the primary mail', before: [OLD, ONE], sender: OLD, after: [OLD, ONE], wanted: OLD, looks: false },
  {
    title: 'keeps a choice of the user',
    before: [OLD, ONE],
    sender: ONE,
    after: [OLD, ONE],
    wanted: ONE,
    looks: false,
  },
  { title: 'keeps it when an address comes', before: [OLD], sender: OLD, after: [OLD, ONE], wanted: OLD, looks: false },
  {
    title: 'keeps a choice when another address goes',
    before: [OLD, ONE, TWO],
    sender: ONE,
    after: [OLD, ONE],
    wanted: ONE,
    looks: true,
  },
  {
    title: 'becomes the primary mail when its address goes',
    before: [OLD, ONE],
    sender: ONE,
    after: [OLD],
    wanted: OLD,
    looks: true,
  },
  {
    title: 'follows the primary mail, the old one gone',
    before: [OLD],
    sender: OLD,
    after: [NEW],
    wanted: NEW,
    looks: true,
  },
  {
    title: 'follows the primary mail, the old one now an alias',
    before: [OLD],
    sender: OLD,
    after: [NEW, OLD],
    wanted: NEW,
    looks: true,
  },
  {
    title: 'follows a primary mail that was an alias',
    before: [OLD, NEW],
    sender: OLD,
    after: [NEW, OLD],
    wanted: NEW,
    looks: true,
  },
  {
    title: 'keeps a choice when the primary mail changes',
    before: [OLD, ONE],
    sender: ONE,
    after: [NEW, ONE],
    wanted: ONE,
    looks: true,
  },
  {
    title: 'becomes the new primary mail when all change',
    before: [OLD, ONE],
    sender: ONE,
    after: [NEW, TWO],
    wanted: NEW,
    looks: true,
  },
  { title: 'does not care for case', before: [OLD], sender: OLD, after: ['OLD@x.org'], wanted: OLD, looks: false },
];

describe('the default sender', () => {
  it.each(CASES)('$title', async ({ before, sender, after, wanted, looks }) => {
    await site.apply(user(...before));
    await choose(sender);

    const { calls } = await site.apply(user(...after));

    // What did not change is repaired: the rights are sent too.
    const isRepeated = before.join() === after.join();
    expect(calls).toEqual([...(looks ? [LOOK] : []), ...CHANGE, ...(isRepeated ? [ACCESS] : [])]);
    expect(await addresses()).toEqual({
      primaryEmail: after[0],
      email1: after[0],
      defaultSenderAddress: wanted,
      aliases: [...after].sort(),
    });
  });

  it.each(CASES)('$title, also where the previous state is unknown', async ({ before, sender, after, wanted }) => {
    await site.apply(user(...before));
    await choose(sender);
    site.place.forget(aUser('anna').id);

    await site.apply(user(...after));

    expect(await addresses()).toMatchObject({ primaryEmail: after[0], defaultSenderAddress: wanted });
  });

  it('is not sent in a change where it stays', async () => {
    await site.apply(user(OLD, ONE));
    await site.apply(user(OLD, ONE, TWO));
    expect((await site.bodies('change'))[0]).not.toContain('defaultSenderAddress');
  });

  it('that only OX has among the addresses becomes the primary mail: addresses made in OX by hand', async () => {
    await site.apply(user(OLD));
    await choose(FOREIGN, { aliases: [OLD, FOREIGN] });

    const { calls } = await site.apply(aUser('anna', { mailPrimaryAddress: OLD, title: 'Dr.' }));

    expect(calls).toEqual([...CHANGE, LOOK, ...CHANGE, ACCESS]);
    expect(await addresses()).toEqual({ primaryEmail: OLD, email1: OLD, defaultSenderAddress: OLD, aliases: [OLD] });
  });

  it('follows twice: the change of a change', async () => {
    await site.apply(user(OLD));
    await site.apply(user(ONE));
    await site.apply(user(TWO, OLD));
    expect(await addresses()).toMatchObject({ primaryEmail: TWO, defaultSenderAddress: TWO, aliases: [OLD, TWO] });
  });

  it('follows when the rename and the new primary mail come together', async () => {
    await site.apply(user(OLD));
    await site.apply(aUser('anna', { username: 'anne', mailPrimaryAddress: NEW }));
    expect(await site.user('anne')).toMatchObject({ primaryEmail: NEW, defaultSenderAddress: NEW });
  });

  it('follows when the context and the primary mail change together', async () => {
    await site.apply(user(OLD));
    await site.apply(aUser('anna', { oxContext: 20, mailPrimaryAddress: NEW }));
    expect(await site.user('anna', 20)).toMatchObject({ primaryEmail: NEW, defaultSenderAddress: NEW });
  });

  it('is kept when the context changes', async () => {
    await site.apply(user(OLD, ONE));
    await choose(ONE);
    await site.apply(aUser('anna', { oxContext: 20, mailPrimaryAddress: OLD, mailAlternativeAddress: [ONE] }));
    expect(await site.user('anna', 20)).toMatchObject({ primaryEmail: OLD, defaultSenderAddress: ONE });
  });
});

it('two users swap their primary mails, by way of a third', async () => {
  const bert = (primary: string) => aUser('bert', { mailPrimaryAddress: primary });
  await site.apply(user(OLD), bert(NEW));
  await site.apply(user(ONE), bert(OLD), user(NEW));
  expect(await addresses()).toMatchObject({ primaryEmail: NEW, aliases: [NEW] });
  expect(await site.user('bert')).toMatchObject({ primaryEmail: OLD, defaultSenderAddress: OLD });
});
