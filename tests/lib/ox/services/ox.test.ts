/** What is told of a call that fails names what it was about, and by whose login; a creation without an id is one that failed. */

import { createOx, type Ox } from '../../../../lib/ox/services/ox.ts';
import { createClient } from '../../../../lib/ox/soap/client.ts';
import { finallyDo, serve } from '../../../harness/serving.ts';

const LOGIN = { adminuser: 'admin', adminpass: 'secret' };
const ANNA = { id: 7, name: 'anna' };

async function oxThat(status: number, body = ''): Promise<Ox> {
  const { port } = await serve((response) => void response.writeHead(status, { 'Content-Type': 'text/xml' }).end(body));
  const settings = { soapServer: `http://127.0.0.1:${port}`, timeout: 5, connections: 1 };
  const client = createClient({ ...settings, readCertificates: () => '', secrets: () => [] });
  finallyDo(() => client.close());
  return createOx(client, { ofContext: () => LOGIN, ofMaster: () => LOGIN });
}

it.each<[string, (ox: Ox) => Promise<unknown>]>([
  ['OXUtilService.getVersion for the version of OX', (ox) => ox.version(10)],
  ['OXUserService.create for user "anna" in context 10', (ox) => ox.users.create(10, ANNA, null)],
  ['OXUserService.createByModuleAccess for user "anna" in context 10', (ox) => ox.users.create(10, ANNA, {})],
  ['OXUserService.change for user "anna" in context 10', (ox) => ox.users.change(10, ANNA, {})],
  ['OXUserService.changeByModuleAccess for user "anna" in context 10', (ox) => ox.users.changeAccess(10, ANNA, {})],
  ['OXUserService.delete for user with id 7 in context 10', (ox) => ox.users.delete(10, { id: 7 })],
  ['OXUserService.getData for user "anna" in context 10', (ox) => ox.users.find(10, ANNA)],
  ['OXUserService.getMultipleData for 2 users of context 10', (ox) => ox.users.findMany(10, [ANNA, { id: 8 }])],
  [
    'OXUserService.exists for user of display name "Anna Berg" in context 10',
    (ox) => ox.users.existsDisplayName(10, 'Anna Berg'),
  ],
  ['OXUserService.list for users of context 10', (ox) => ox.users.search(10, 'anna')],
  ['OXUserService.getModuleAccess for user "anna" in context 10', (ox) => ox.users.access(10, ANNA)],
  ['OXUserService.listAll for users of context 10', (ox) => ox.users.listIds(10)],
  ['OXUserService.getContextAdmin for admin of context 10', (ox) => ox.users.admin(10)],
  ['OXUserCopyService.copyUser for user "anna" from context 10 to 20', (ox) => ox.users.copy(ANNA, 10, 20)],
  ['OXGroupService.create for group "sales" in context 10', (ox) => ox.groups.create(10, { name: 'sales' })],
  ['OXGroupService.listGroupsForUser for groups of user "anna" in context 10', (ox) => ox.groups.ofUser(10, ANNA)],
  ['OXGroupService.listAll for groups of context 10', (ox) => ox.groups.list(10)],
  ['OXResourceService.create for resource "beamer" in context 10', (ox) => ox.resources.create(10, { name: 'beamer' })],
  ['OXResourceService.listAll for resources of context 10', (ox) => ox.resources.list(10)],
  [
    'OXSecondaryAccountService.create for secondary account "info@x.example" in context 10',
    (ox) => ox.accounts.create(10, [7], { primaryAddress: 'info@x.example' }),
  ],
  [
    'OXSecondaryAccountService.update for secondary account "info@x.example" in context 10',
    (ox) => ox.accounts.update(10, [7], 'info@x.example', {}),
  ],
  [
    'OXSecondaryAccountService.delete for secondary account "info@x.example" in context 10',
    (ox) => ox.accounts.delete(10, [7], 'info@x.example'),
  ],
  ['OXSecondaryAccountService.list for secondary accounts of context 10', (ox) => ox.accounts.list(10, [7])],
  ['OXContextService.getData for context 10', (ox) => ox.contexts.find(10)],
  ['OXContextService.listAll for all contexts', (ox) => ox.contexts.list()],
])('%s', async (call, act) => {
  await expect(act(await oxThat(401))).rejects.toMatchObject({
    code: 'OX_HTTP',
    message: `${call} was answered with HTTP 401`,
  });
});

const withoutId = (operation: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><${operation}Response><return/></${operation}Response></s:Body></s:Envelope>`;

it('a user without an id was not created', async () => {
  const ox = await oxThat(200, withoutId('create'));
  await expect(ox.users.create(10, ANNA, null)).rejects.toMatchObject({
    code: 'OX_ANSWER_INVALID',
    message: 'OXUserService.create for user "anna" in context 10 failed: the answer holds no id',
    remedy:
      'What answered may not be OX: check OX_SOAP_SERVER and the proxies in between. The next run repeats the step.',
  });
});
