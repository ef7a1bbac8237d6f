/** The kinds of change, for all types: what is there before, and the queue that is disturbed. */
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
} from '../harness/objects.ts';
import type { Drift } from '../sandbox/client.ts';

export interface Scenario {
  readonly name: string;
  /** Applied undisturbed. */
  readonly before: readonly QueueFile[];
  readonly queue: readonly QueueFile[];
  /** Applied undisturbed after that, while contexts.json lacks these entries; they are back then. */
  readonly meanwhile?: { readonly without: readonly number[]; readonly queue: readonly QueueFile[] };
  /** Entries that contexts.json lacks from then on. */
  readonly without?: readonly number[];
  /** In `listener/dropped`, with a reason each. */
  readonly dropped?: readonly QueueFile[];
  /** This verb is disturbed instead of a run; a run follows. */
  readonly verb?: readonly string[];
  /** What has happened to OX in between. */
  readonly drift?: readonly Drift[];
  readonly env?: Readonly<Record<string, string>>;
  /** `Service.operation`, the first call of which OX refuses undisturbed too; the run finds the way out of it. */
  readonly isRefusedAnyway?: string;
  /** Also part of the short form. */
  readonly short?: true;
}

const premium = aProfile('premium', ['webmail', 'calendar']);
const anna = aUser('anna');
const bert = aUser('bert');
const carl = aUser('carl', { oxContext: 20 });
const sales = aGroup('sales', ['anna', 'bert']);
const info = anAccount('info', ['anna', 'bert']);
const beamer = aResource('beamer');
const second = aContext(20);
const both = [second, premium, anna, bert];
const all = [...both, carl, sales, info, beamer];

const renamed = (user: QueueFile, username: string, more = {}): QueueFile => ({
  ...changed(user, { username, mailPrimaryAddress: `${username}@example.org`, ...more }),
  dn: `uid=${username},cn=users,dc=example,dc=org`,
});

const unprofiled = changed(anna, { oxAccess: 'unknown' });

/** What happens when differs from run to run, in these. */
export const AT_ONCE = { OX_CONNECTOR_CONCURRENCY: '4' };
const crew = ['emil', 'frida', 'gustav'].map((name) => aUser(name));
const [emil = anna] = crew;

const GO_ON = { OX_CONNECTOR_STOP_ON_ERROR: 'false' };
const refused = changed(bert, { username: 'b e r t' });

/** The same object under another id, which sorts behind the former one or before it. */
const under = (first: string, file: QueueFile): QueueFile => ({ ...file, id: `${first.repeat(8)}${file.id.slice(8)}` });
const GOLD = { displayName: 'Gold' };

export const SCENARIOS: readonly Scenario[] = [
  { name: 'context: create', before: [], queue: [second], short: true },
  { name: 'context: change', before: [second], queue: [changed(second, { name: 'other', oxQuota: 5 })] },
  { name: 'context: delete, with what is in it', before: [second, premium, carl], queue: [deleted(second)] },
  {
    name: 'context: delete and create again',
    before: [second, premium, carl, aGroup('sales', ['carl']), aResource('beamer', { oxContext: 20 })],
    queue: [deleted(second), { ...second, id: `${second.id.slice(0, -1)}0` }],
  },
  {
    name: 'context: lost in OX, and made again with what was in it',
    before: [second, premium, carl, aGroup('sales', ['carl']), aResource('beamer', { oxContext: 20 })],
    drift: [{ deleteContext: { context: 20 } }],
    queue: [second],
  },
  {
    name: 'context: create, what waited for it follows',
    before: [premium, carl, aGroup('sales', ['carl']), aResource('beamer', { oxContext: 20 })],
    queue: [second],
  },
  { name: 'profile: create', before: [], queue: [premium], short: true },
  { name: 'profile: change', before: [premium], queue: [aProfile('premium', ['tasks'])] },
  { name: 'profile: rename', before: [premium], queue: [changed(premium, { name: 'gold plus' })] },
  { name: 'profile: delete', before: [premium, aProfile('basic', ['webmail'])], queue: [deleted(premium)] },
  { name: 'user: create', before: [premium], queue: [anna], short: true },
  { name: 'user: create, without a known profile', before: [], queue: [aUser('anna', { oxAccess: 'unknown' })] },
  {
    name: 'user: change, with another primary mail',
    before: both,
    queue: [changed(anna, { mailPrimaryAddress: 'a@example.org', oxCityHome: 'Bremen', firstname: 'Ännchen' })],
  },
  {
    name: 'user: other rights, and back',
    before: [premium, aProfile('basic', ['webmail']), anna],
    queue: [changed(anna, { oxAccess: 'basic' }), changed(anna, { oxCityHome: 'Bremen' })],
    short: true,
  },
  {
    name: 'user: rename',
    before: [...both, sales, info],
    queue: [renamed(anna, 'annika')],
    short: true,
  },
  {
    name: 'user: rename, and a new one takes the name',
    before: both,
    queue: [renamed(anna, 'annika', { displayName: 'annika' }), { ...anna, id: `${anna.id.slice(0, -1)}0` }],
  },
  {
    name: 'user: there and back',
    before: both,
    queue: [renamed(anna, 'annika'), anna, renamed(anna, 'anne')],
    short: true,
  },
  { name: 'user: move', before: all, queue: [changed(anna, { oxContext: 20 })], short: true },
  {
    name: 'user: move, without a known profile, to where the display name is in capitals',
    before: [...all.map((each) => (each === anna ? unprofiled : each))],
    drift: [{ setUser: { context: 20, name: 'carl', fields: { display_name: 'ANNA EXAMPLE' } } }],
    queue: [changed(unprofiled, { oxContext: 20 })],
  },
  {
    name: 'user: move, with the address of its account as its own',
    before: all,
    queue: [changed(anna, { oxContext: 20, mailPrimaryAddress: 'info@example.org' })],
  },
  { name: 'user: move and rename', before: all, queue: [renamed(anna, 'annika', { oxContext: 20 })] },
  { name: 'user: disable', before: [...both, sales, info], queue: [changed(anna, { isOxUser: false })] },
  {
    name: 'user: enable, its groups and accounts follow',
    before: [...both.slice(0, 2), changed(anna, { isOxUser: false }), bert, sales, info],
    queue: [anna],
  },
  { name: 'user: delete', before: [...both, sales, info], queue: [deleted(anna)] },
  {
    name: 'user: delete the last of a group',
    before: [premium, anna, aGroup('sales', ['anna'])],
    queue: [deleted(anna)],
  },
  { name: 'user: created and deleted between two runs', before: [], queue: [deleted(anna)] },
  { name: 'group: create', before: both, queue: [sales], short: true },
  { name: 'group: create in two contexts', before: all, queue: [aGroup('staff', ['anna', 'carl'])] },
  { name: 'group: membership', before: [...both, sales], queue: [aGroup('sales', ['bert'])] },
  { name: 'group: membership moves to another context', before: all, queue: [aGroup('sales', ['carl'])] },
  { name: 'group: rename', before: all, queue: [changed(aGroup('sales', ['anna', 'carl']), { name: 'trade' })] },
  {
    name: 'group: membership, one of them is gone in OX',
    before: [...both, sales],
    drift: [{ deleteUser: { context: 10, name: 'anna' } }],
    queue: [sales],
    short: true,
  },
  { name: 'group: empty', before: [...both, sales], queue: [aGroup('sales', [])] },
  { name: 'group: delete', before: [...both, sales], queue: [deleted(sales)] },
  { name: 'account: create', before: both, queue: [info], short: true },
  { name: 'account: change', before: [...both, info], queue: [changed(info, { personal: 'We', name: 'Info desk' })] },
  {
    name: 'account: another address',
    before: [...both, info],
    queue: [changed(info, { mailPrimaryAddress: 'i@example.org' })],
  },
  { name: 'account: membership', before: [...all], queue: [anAccount('info', ['bert', 'carl'])] },
  { name: 'account: delete', before: [...both, info], queue: [deleted(info)] },
  {
    name: 'account: delete, where the ids of its users have changed',
    before: [...both, info],
    drift: [{ renumber: { context: 10 } }],
    queue: [deleted(info)],
  },
  { name: 'resource: create', before: [], queue: [beamer], short: true },
  { name: 'resource: change', before: [beamer], queue: [changed(beamer, { description: '', displayname: 'B' })] },
  { name: 'resource: rename', before: [beamer], queue: [changed(beamer, { name: 'projector' })] },
  { name: 'resource: move', before: [second, beamer], queue: [changed(beamer, { oxContext: 20 })] },
  { name: 'resource: delete', before: [beamer], queue: [deleted(beamer)] },
  { name: 'everything at once', before: [], queue: all },
  {
    name: 'several at once: users that are new, changed, and follow each other under a name',
    before: both,
    queue: [
      ...crew,
      changed(anna, { title: 'Dr.' }),
      renamed(emil, 'emilio', { displayName: 'emilio' }),
      { ...emil, id: `${emil.id.slice(0, -1)}0` },
      deleted(bert),
    ],
    env: AT_ONCE,
  },
  { name: 'several at once: everything', before: [], queue: all, env: AT_ONCE },
  { name: 'id change: a user', before: [...both, sales, info], queue: [under('f', anna)], short: true },
  {
    name: 'id change: of everything, with the deletions of the former ids',
    before: all,
    queue: [...all.map((file) => under('0', file)), ...all.map(deleted)],
  },
  {
    name: 'id change: and another name, and a newcomer with the former one',
    before: [...both, sales],
    queue: [renamed(under('f', anna), 'annika', GOLD), { ...anna, id: `${anna.id.slice(0, -1)}0` }],
  },
  {
    name: 'credentials: a deletion waits',
    before: all,
    queue: [carl, aGroup('sales', ['anna', 'carl'])].map(deleted),
    without: [20],
  },
  {
    name: 'credentials: deletions and a move that waited',
    before: [...all, aGroup('staff', ['anna', 'carl']), aResource('hall', { oxContext: 20 })],
    meanwhile: {
      without: [20],
      queue: [
        changed(carl, { oxContext: 10 }),
        deleted(aGroup('staff', [])),
        changed(aResource('hall', { oxContext: 20 }), { oxContext: 10, name: 'foyer' }),
      ],
    },
    queue: [changed(anna, { title: 'Dr.' })],
    short: true,
  },
  {
    name: 'refused: a newer file takes its place',
    before: [premium, bert],
    queue: [refused, anna, changed(bert, { title: 'Dr.' })],
    short: true,
  },
  {
    name: 'refused: the change of another is its cure',
    before: [premium, changed(anna, GOLD), bert],
    queue: [changed(bert, GOLD), aUser('emil'), changed(anna, { title: 'Dr.' })],
    isRefusedAnyway: 'OXUserService.change',
  },
  {
    name: 'parked, and put back',
    before: [premium, changed(anna, GOLD), changed(bert, GOLD), refused],
    drift: [{ deleteUser: { context: 10, name: 'anna' } }],
    queue: [],
    verb: ['queue', 'retry'],
    env: GO_ON,
  },
  {
    name: 'set aside by hand',
    before: [premium, anna, bert],
    queue: [renamed(anna, 'anne'), aUser('emil'), changed(bert, { title: 'Dr.' })],
    verb: ['queue', 'drop', '--all', '--yes'],
  },
  {
    name: 'set aside by hand, and put back',
    before: [premium, anna],
    dropped: [changed(anna, { title: 'Dr.' }), aUser('emil')],
    queue: [bert],
    verb: ['queue', 'undrop', '--all', '--yes'],
  },
  { name: 'parked', before: [premium], queue: [refused, anna], env: GO_ON },
  { name: 'parked, and corrected later', before: [premium, refused], queue: [bert], env: GO_ON },
  {
    name: 'parked: a group, while the DN of its user passes on',
    before: [...both, sales, changed(sales, { name: 'odd/1' })],
    queue: [renamed(anna, 'anne', GOLD), { ...anna, id: `${anna.id.slice(0, -1)}0` }],
    env: GO_ON,
    short: true,
  },
  {
    name: 'parked: a group, while its user is deleted and another one has the DN',
    before: [...both, sales, changed(sales, { name: 'odd/1' })],
    queue: [deleted(anna), { ...anna, id: `${anna.id.slice(0, -1)}0` }],
    env: GO_ON,
  },
  {
    name: 'everything goes',
    before: all,
    queue: [info, sales, beamer, anna, bert, premium, second].map(deleted),
  },
];
