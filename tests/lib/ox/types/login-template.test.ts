/** Templates of logins: what they are made of, and how long what comes of them may be. */
import { functionalAccountLogin, imapLogin, propertiesInLogin } from '../../../../lib/ox/types/login-template.ts';
import { thrownBy } from '../../../harness/temporary.ts';

const DN = 'uid=anna,dc=example,dc=org';
const USER = { username: 'anna', uidNumber: 1001, phone: ['1', '2'], empty: '' };
const TOKENS = { fa_entry_uuid: 'f', fa_email_address: 'info@x.org', entry_uuid: 'u', dn: DN };

it.each([
  ['{}', 'anna@x.org'],
  ['{username}', 'anna'],
  ['{uidNumber}-{phone}@{}', '1001-1@anna@x.org'],
  ['everybody', 'everybody'],
])('the IMAP login of %s is %s', (template, login) => {
  expect(imapLogin(template, USER, 'anna@x.org', DN)).toBe(login);
});

it.each([
  ['{{fa_entry_uuid}}{{username}}', 'fanna'],
  ['{{ entry_uuid }}/{{dn}}', `u/${DN}`],
  ['{username}}', '{username}}'],
])('the login of an account by %s is %s', (template, login) => {
  expect(functionalAccountLogin(template, TOKENS, USER, DN)).toBe(login);
});

it('names the properties that it depends on', () => {
  expect(propertiesInLogin('{{fa_entry_uuid}}{{ username }}{{phone}}')).toEqual(['username', 'phone']);
});

it('has at most as many characters as OX stores, an emoji is one', () => {
  const most = { text: '😀'.repeat(256) };
  const more = { text: `${most.text}x` };
  expect(imapLogin('{text}', most, '', DN)).toBe(most.text);
  expect(functionalAccountLogin('{{text}}', TOKENS, most, DN)).toBe(most.text);
  for (const [setting, make] of [
    ['OX_IMAP_LOGIN', () => imapLogin('{text}', more, '', DN)],
    ['OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE', () => functionalAccountLogin('{{text}}', TOKENS, more, DN)],
  ] as const) {
    expect(thrownBy(make)).toMatchObject({
      code: 'PROPERTY_INVALID',
      message: `${setting} gives ${DN} a login of 257 characters, OX stores at most 256`,
      remedy: `Shorten in UDM what ${setting} uses, or change that.`,
    });
  }
});
