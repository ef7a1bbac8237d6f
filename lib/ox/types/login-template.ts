/** Templates of logins: `{}` and `{property}` for IMAP, `{{token}}` for functional accounts (docs/configuration.md). */
import { type Properties, readText } from '../../model/udm.ts';
import { excess, LIMITS } from './lengths.ts';
import { propertyInvalid, sendable } from './sendable.ts';

/** What the account and its user are called; every other token is a property of the user. */
export type Tokens = Readonly<Record<'fa_entry_uuid' | 'fa_email_address' | 'entry_uuid' | 'dn', string>>;

const FUNCTIONAL_ACCOUNT_TOKENS: ReadonlySet<string> = new Set<keyof Tokens>([
  'fa_entry_uuid',
  'fa_email_address',
  'entry_uuid',
  'dn',
]);

const FUNCTIONAL_ACCOUNT_TOKEN = /\{\{ *([\w-]+) *\}\}/g;

/** `{}` is the primary mail address, `{name}` a property of the user. */
export function imapLogin(template: string, user: Properties, primaryMail: string, dn: string): string {
  const login = template.replace(/\{([\w-]*)\}/g, (_, name: string) =>
    name === '' ? primaryMail : lookUp('OX_IMAP_LOGIN', name, {}, user, dn),
  );
  return storable(login, 'OX_IMAP_LOGIN', dn);
}

/** `tokens` first, then the properties of the user. */
export function functionalAccountLogin(template: string, tokens: Tokens, user: Properties, dn: string): string {
  const login = template.replace(FUNCTIONAL_ACCOUNT_TOKEN, (_, name: string) =>
    lookUp('OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE', name, tokens, user, dn),
  );
  return storable(login, 'OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE', dn);
}

/** The properties of the user that such a template names. */
export function propertiesInLogin(template: string): string[] {
  const names = [...template.matchAll(FUNCTIONAL_ACCOUNT_TOKEN)].map(([, name = '']) => name);
  return names.filter((name) => !FUNCTIONAL_ACCOUNT_TOKENS.has(name));
}

/** A login that OX could not store is refused before anything is sent, as every text is (lib/ox/types/lengths.ts). */
function storable(login: string, setting: string, dn: string): string {
  const beyond = excess(login, LIMITS.login);
  if (!beyond) {
    return login;
  }
  const message = `${setting} gives ${dn} a login of ${beyond.has} characters, OX stores at most ${beyond.most}`;
  throw propertyInvalid(dn, setting, message, `Shorten in UDM what ${setting} uses, or change that.`);
}

function lookUp(
  setting: string,
  name: string,
  tokens: Readonly<Record<string, string>>,
  user: Properties,
  dn: string,
): string {
  const value = Object.hasOwn(tokens, name)
    ? tokens[name]
    : Object.hasOwn(user, name)
      ? readText(user[name])
      : undefined;
  if (value) {
    return sendable(value, null, name, dn);
  }
  const what = value === undefined ? 'is neither a token nor a property' : 'is empty';
  const remedy = `Set ${name} for this user in UDM, or change ${setting}.`;
  throw propertyInvalid(dn, name, `${setting} uses ${name}, which ${what} for ${dn}`, remedy);
}
