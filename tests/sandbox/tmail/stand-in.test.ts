/** The stand-in behaves as a real James does; domain contacts as TMail's. */
import { describeServerRules } from '../../harness/tmail/server-rules.ts';
import { WebAdmin } from '../../harness/tmail/web-admin.ts';
import type { TestServer } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeServerRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));

it('contacts are created by a change, keep what it does not name, and clear what is empty', async () => {
  const admin = new WebAdmin(standIn.url, 'a-token');
  const path = '/domains/localhost/contacts/anna';
  expect((await admin.call('GET', path)).status).toBe(404);
  expect((await admin.call('PUT', path, { firstname: 'Anna', surname: 'Berg' })).status).toBe(204);
  await admin.call('PUT', path, { surname: 'Cohn' });
  expect(await admin.contact('anna@localhost')).toBe('Anna Cohn');
  await admin.call('PUT', path, { firstname: '' });
  expect(await admin.contact('anna@localhost')).toBe('Cohn');
  expect((await admin.call('PUT', '/domains/unknown.example/contacts/x', { surname: 'x' })).status).toBe(404);
  expect((await admin.call('DELETE', path)).status).toBe(204);
  expect((await admin.call('DELETE', path)).status).toBe(204);
});
