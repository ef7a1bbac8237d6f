/** What the demonstrations print. */
import type { CanonicalContext, CanonicalState } from '../sandbox/client.ts';

type Rows = readonly (readonly string[])[];

export function print(title: string, rows: Rows): void {
  const columns = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(columns[at] ?? 0) : cell)));
  process.stdout.write(`\n== ${title}\n${lines.map((line) => line.join('  ')).join('\n')}\n`);
}

export function printContexts({ contexts }: CanonicalState): void {
  for (const [id, context] of Object.entries(contexts)) {
    print(`OX afterwards: context ${id}, ${context.name}`, contentOf(context));
  }
}

function contentOf({ users, groups, resources }: CanonicalContext): string[][] {
  return [
    ['what', 'name', 'shown as', 'details'],
    ...users.map((user) => ['user', text(user.name), text(user.display_name), detailsOf(user)]),
    ...groups.map(({ name, displayname, members }) => ['group', name, displayname, members.join(', ')]),
    ...resources.map((each) => ['resource', text(each.name), text(each.displayname), text(each.description)]),
  ];
}

function detailsOf(user: Readonly<Record<string, unknown>>): string {
  const aliases = Array.isArray(user.aliases) ? user.aliases.map(text) : [];
  const accounts = Array.isArray(user.accounts)
    ? user.accounts.map((account: Record<string, unknown>) => `account ${text(account.primaryAddress)}`)
    : [];
  const shown = [user.given_name, user.sur_name, user.title, user.company, user.birthday].map(text).filter(Boolean);
  return [...shown, aliases.join(' '), ...accounts].join(' · ');
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
