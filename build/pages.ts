/** The pages and descriptors that are made from schemas and tables, so that they cannot drift. Path → content. */

import { VERB_FACTS } from '../bin/verb-facts.ts';
import { EXIT_CODES } from '../lib/errors/connector-error.ts';
import { REMEDIES } from '../lib/errors/remedies.ts';
import { DEFAULT_MAPPING } from '../lib/ox/mapping/mapping.ts';
import { limitOf } from '../lib/ox/types/lengths.ts';
import settingsSchema from '../schemas/settings.schema.json' with { type: 'json' };
import german from './appcenter/settings.de.json' with { type: 'json' };
import { commandReference } from './command-reference.ts';
import { code, replaceBetweenMarks, table } from './markdown.ts';
import { tmailReference } from './tmail-reference.ts';

interface Setting {
  readonly title: string;
  readonly description: string;
  readonly default: string;
  readonly examples: readonly string[];
}

const SETTINGS = Object.entries(settingsSchema.properties as Readonly<Record<string, Setting>>);

/** `read`: a page as it is, of which only what is between marks is replaced. */
export function makePages(read: (path: string) => string): Readonly<Record<string, string>> {
  return {
    'docs/configuration.md': configurationPage(),
    'docs/attributes.md': attributesPage(),
    'docs/verbs.md': verbsPage(),
    'docs/troubleshooting.md': replaceBetweenMarks(read('docs/troubleshooting.md'), 'remedies', remediesTable()),
    'docs/tmail.md': replaceBetweenMarks(read('docs/tmail.md'), 'settings', tmailReference()),
    'build/appcenter/settings': appCenterSettings(),
  };
}

function configurationPage(): string {
  const rows = SETTINGS.map(([name, { title, description, default: initial, examples }]) => [
    code(name),
    initial === '' ? '' : code(initial),
    title,
    `${description}, e.g. ${code(examples[0] ?? '')}`,
  ]);
  return `# Configuration

${GENERATED}

Settings are environment variables; in the App Center they are the settings of the app. Empty counts as not set. All
mistakes are reported together at the start of a run (exit code ${EXIT_CODES.SETTINGS_INVALID}), and nothing is sent before they are corrected.

${table(['variable', 'default', 'meaning', 'form'], rows)}

Files in the data directory that an administrator may write, all optional:

| file | what |
|---|---|
| \`secrets/contexts.json\` | credentials of the context admins: \`{"10": {"adminuser": "oxadmin", "adminpass": "…"}}\`; the connector adds those of the contexts it creates. \`listener_trigger credentials set\` enters one, \`check\` names entries that are no context's; what begins with \`$\` is a note |
| \`conf/ca-certificates/*.crt\` | CA certificates in PEM form, trusted in addition to \`OX_SOAP_CA_FILE\` |
| \`AttributeMapping.json\` | replaces the [default mapping](attributes.md) of user attributes; \`listener_trigger mapping modify\` writes it |
| \`tmail.json\` | the server and the directory for [TMail](tmail.md) |
`;
}

function verbsPage(): string {
  const rows = Object.entries(VERB_FACTS).map(
    ([verb, { reads, changes = 'nothing', lock = '', server = 'none', answers }]) => [
      verb === '' ? '(none: the main job)' : code(verb),
      reads,
      changes,
      lock,
      server,
      answers,
    ],
  );
  return `# Verbs

${GENERATED}

What each verb of \`listener_trigger\` reads, changes and needs, and what its exit code says. [Options](#options) are below, and in
\`listener_trigger VERB --help\`; [operations](operations.md) has recipes, [troubleshooting](troubleshooting.md) more about exit codes. Beside those named here every
verb answers ${EXIT_CODES.USAGE} for a mistake in the command line, ${EXIT_CODES.DATA_UNREADABLE} where the data directory or the output cannot be read or written, and
${EXIT_CODES.SETTINGS_INVALID} where settings or files of the configuration are wrong.

*Lock*: where somebody else has it, the exit code is ${EXIT_CODES.LOCK_HELD}; verbs without one may be called beside a run. *run* is the lock of a run,
*fetch* that of \`fetch\` and \`follow\`. \`cache\` is also called \`update-ox-db-cache\`, \`sync\` \`tmail-sync\`.

${table(['verb', 'reads', 'changes', 'lock', 'server', 'answers'], rows)}

${commandReference()}
`;
}

function attributesPage(): string {
  const rows = Object.entries(DEFAULT_MAPPING).map(([field, entry]) => [
    code(field),
    [entry.ldap_attribute ?? '', ...(entry.alternative_attributes ?? [])].map(code).join(', else '),
    [
      entry.position === null ? '' : `value ${entry.position + 1}`,
      entry.multi_value ? 'all values' : '',
      entry.special_handling === 'DEFAULT' ? '' : entry.special_handling.toLowerCase().replace('_', ' '),
      entry.nillable ? '' : 'not cleared',
    ]
      .filter(Boolean)
      .join(', '),
  ]);
  return `# Provisioned attributes

${GENERATED}

## users/user

This is the default. \`AttributeMapping.json\` in the data directory replaces the table as a whole; \`lib/ox/mapping/default-mapping.json\` is
the default in the same form, and \`listener_trigger mapping modify\` writes the file:

| a field | in the file | with \`mapping modify\` |
|---|---|---|
| comes from a property | \`"ldap_attribute": "…"\` | \`--set FIELD PROPERTY\` |
| is emptied in OX at every change of a user | \`"ldap_attribute": null\`. \`maxQuota\` becomes -1; what OX cannot empty is named once a run | \`--unset FIELD\` |
| is left alone in OX | not named | \`--leave-alone FIELD\` |

\`email1\`, \`display_name\`, \`given_name\` and \`sur_name\` must come from a property. Files of connector 2.x call five fields
\`employee_type\`, \`imap_server\`, \`smtp_server\`, \`max_quota\` and \`used_quota\`: both names count.

The last column of the table: *value 2* is the second of several values, *image* a picture ([forms of values](#forms-of-values)), *imap url* and *smtp url* an address
made of the scheme and port of \`OX_IMAP_SERVER\` (\`OX_SMTP_SERVER\`) and the property as host, or the host of the setting where the property is empty. A property that
is cleared clears the field, but for those *not cleared*; OX cannot clear dates, pictures, numbers and booleans, which is reported as a warning.

${table(['OX field', 'UDM property', ''], rows)}

Always set: \`name\` from \`OX_USER_IDENTIFIER\`; \`primaryEmail\` = \`email1\`; \`aliases\` = the primary address and
those of the mapping (where it does not name them they are left alone, but for the primary address); \`mailenabled\` if \`oxAccess\` is set and not \`none\`; \`gui_spam_filter_enabled\`;
\`imapLogin\` from \`OX_IMAP_LOGIN\`; the rights (OX: module access) of the profile in \`oxAccess\`. At creation only: \`language\`,
\`timezone\`, \`defaultSenderAddress\`, a random password.

### Forms of values

The type of the field in OX decides how a property is read, whatever \`special_handling\` says:

| field | taken | otherwise |
|---|---|---|
| date | \`1984-02-29\`, \`19840229\`, \`1984-2-29\`, \`1984-060\` (day of the year), \`1984-W09-3\` (week and day), the last two also without hyphens, \`29.2.1984\`, \`29.02.84\` | left alone, with a warning that names the property: what is no day (\`1984\`, \`1984-02\`, 30 February, text) |
| picture | JPEG in base64, up to 4,194,304 bytes decoded, with its end | left out, with a warning: OX could show or change such a user no more |
| integer | a number of at most 15 digits that OX's type can hold | text: left alone, with a warning; a larger number is refused, never rounded |
| boolean | \`true\`/\`false\`, \`1\`/\`0\`, \`OK\`/\`Not\` | left alone, with a warning |

A year of two digits is at most ten years ahead: in 2026 \`36\` is 2036 and \`37\` is 1937, so that a birthday is not in
the future. UDM itself, where it completes such years, takes 70 to 99 for 19.. and all others for 20..; who has older
people in it should use one of the forms with four digits.

### Lengths

A longer text is refused before anything is sent, naming the property, its length and the limit ([ADR 7](adr/0007-lengths.md)). In characters, an emoji is one:

| most | fields |
|---|---|
${lengthRows()}

The name of a user may have 191 characters; those of groups, resources and contexts, and a resource's display name 128; the mail
address of a resource 256 and its description 65535 bytes; name, address and login of a functional account and the IMAP login of a user 256, an account's
\`personal\` 64.

## Other types

| UDM type | OX fields from UDM properties |
|---|---|
| \`oxmail/oxcontext\` | id ← \`contextid\` · name ← \`name\` · maxQuota ← \`oxQuota\` (MB, -1 unlimited) |
| \`oxmail/accessprofile\` | a line of \`ModuleAccessDefinitions.properties\`: \`name\` and the rights that are set, never \`publicfoldereditable\`, which OX has for the admin of a context only |
| \`groups/group\` | name and displayname ← \`OX_GROUP_IDENTIFIER\` · members ← \`users\`, one group per context of its members |
| \`oxmail/functional_account\` | primaryAddress ← \`mailPrimaryAddress\` · name ← \`name\` · personal ← \`personal\` · login from \`OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE\`, one account for each of \`users\` |
| \`oxresources/oxresources\` | name ← \`name\` · displayname ← \`displayname\` · description ← \`description\` · email ← \`resourceMailAddress\` (needed at creation; cleared, it is cleared in OX) |
`;
}

function lengthRows(): string {
  const byLimit = new Map<string, string[]>();
  for (const field of Object.keys(DEFAULT_MAPPING)) {
    const limit = limitOf(field);
    if (limit !== null) {
      const most = 'bytes' in limit ? `${limit.bytes} bytes` : String(limit.characters);
      byLimit.set(most, [...(byLimit.get(most) ?? []), code(field)]);
    }
  }
  const most = [...byLimit].sort(([a], [b]) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  return most
    .map(([limit, fields]) => `| ${limit} | ${fields.length > MANY ? 'all other texts' : fields.join(', ')} |`)
    .join('\n');
}

/** More fields than this share the limit of those that are not named. */
const MANY = 20;

function remediesTable(): string {
  const rows = REMEDIES.map(({ text, code: errorCode, service, login, advice }) => [
    (text ? code(text.source.replace(/^\^|\$$/g, '')) : '(any other)') + (service ? ` (${service})` : ''),
    [errorCode ? code(errorCode) : '', login ?? ''].join(' ').trim(),
    typeof advice === 'function' ? advice({ login: 'number of the context' }) : advice,
  ]);
  return table(['text in the log', 'code', 'what to do'], rows);
}

function appCenterSettings(): string {
  const shown = SETTINGS.filter(([name]) => name in german).map(([name, setting]) =>
    [
      `[${name}]`,
      `Type = ${typeOf(name)}`,
      `Description = ${setting.title}`,
      `Description[de] = ${german[name as keyof typeof german]}`,
      ...(setting.default === '' ? [] : [`InitialValue = ${setting.default}`]),
      ...(name in CHOICES ? [`Values = ${CHOICES[name]}`, `Labels = ${CHOICES[name]}`] : []),
      `Required = ${name === 'OX_SOAP_SERVER' ? 'Yes' : 'No'}`,
      'Show = Install, Upgrade, Settings',
      'Scope = inside',
    ].join('\n'),
  );
  return `# Made from schemas/settings.schema.json and settings.de.json by npm run docs.\n\n${shown.join('\n\n')}\n`;
}

const CHOICES: Readonly<Record<string, string>> = {
  OX_CONNECTOR_LOG_LEVEL: 'DEBUG, INFO, WARNING, ERROR',
  OX_CONNECTOR_LOG_FORMAT: 'text, json',
  OX_CONNECTOR_STOP_ON_ERROR: 'true, false',
};

function typeOf(name: string): string {
  if (name in CHOICES) {
    return 'List';
  }
  return name.endsWith('PASSWORD') ? 'Password' : 'String';
}

const GENERATED = '<!-- Made by npm run docs: change what it is made from, not this page. -->';
