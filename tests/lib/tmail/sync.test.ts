/** The rules of `sync` against the stand-in. */
import { describeSyncRules } from '../../harness/tmail/sync-rules.ts';
import type { TestServer } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeSyncRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));
