/** Last states that name their users by DN only: who that was is noted before a user moves on. */
import { openLastStates } from '../../../../lib/memory/last-state.ts';
import { type Memory, openMemory } from '../../../../lib/memory/memory.ts';
import type { Change, Envelope } from '../../../../lib/model/change.ts';
import { DEFAULT_IDENTIFIERS } from '../../../../lib/model/claims.ts';
import { rememberUsers } from '../../../../lib/ox/target/remember-users.ts';
import { envelopeMistakes } from '../../../../lib/validate/envelope.ts';
import { aGroup, anAccount, aUser, userDn } from '../../../harness/objects.ts';
import { freshFolder } from '../../../harness/temporary.ts';

const folder = freshFolder();
let memory: Memory;
beforeEach(() => {
  memory = openMemory(folder(), openLastStates(folder(), envelopeMistakes));
  for (const file of [ANNA, aUser('bert'), aGroup('sales', ['anna']), anAccount('info', ['anna', 'bert'])]) {
    memory.put(file as Envelope);
  }
});
afterEach(() => memory.close());

const ANNA = aUser('anna', { oxDbId: 7, oxDbUsername: 'anna', oxDbContext: 10 });
const group = () => memory.read(aGroup('sales', []).id)?.object;
const account = () => memory.read(anAccount('info', []).id)?.object;

const log = {
  debug: () => undefined,
  outcome: () => undefined,
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
};
function remember(change: Partial<Change>): void {
  const whole: Change = {
    id: ANNA.id,
    type: 'users/user',
    dn: ANNA.dn,
    before: ANNA.object,
    formerDn: ANNA.dn,
    after: ANNA.object,
    writtenIn: '',
    ...change,
  };
  rememberUsers(whole, { memory, identifiers: DEFAULT_IDENTIFIERS, log });
}

it.each<[string, Partial<Change>]>([
  ['gets another DN', { dn: userDn('anne') }],
  ['goes to another context', { after: { ...ANNA.object, oxContext: 20 } }],
  ['is no user of OX any more', { after: { ...ANNA.object, isOxUser: false } }],
  ['is deleted', { after: null }],
])('of a user that %s', (_, change) => {
  remember(change);
  expect(account()).toMatchObject({ oxDbUsers: [ANNA.id, aUser('bert').id] });
  expect(group()).toMatchObject({ oxDbContexts: [10], oxDbGroupname: 'sales' });
});

it.each<[string, Partial<Change>]>([
  ['stays where it is', { after: { ...ANNA.object, title: 'Dr.' } }],
  ['is new', { before: null, formerDn: null }],
])('but not of one that %s', (_, change) => {
  remember(change);
  expect([account()?.oxDbUsers, group()?.oxDbContexts]).toEqual([undefined, undefined]);
});

it('what is known already is left as it is', () => {
  memory.put(anAccount('info', ['anna'], { oxDbUsers: ['x'] }) as Envelope);
  memory.put(aGroup('sales', ['anna'], { oxDbContexts: [30], oxDbGroupname: 'sales' }) as Envelope);
  remember({ dn: userDn('anne') });
  expect([account()?.oxDbUsers, group()?.oxDbContexts]).toEqual([['x'], [30]]);
});
