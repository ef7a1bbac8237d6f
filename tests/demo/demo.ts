/** `npm run demo`: a sandbox OX, a queue, one run of the built binary, and what came of it. Exits as the binary did. With `--tmail`: tmail.ts. */
import { makeWorkplace } from '../harness/workplace.ts';
import { type CanonicalContext, startSandbox } from '../sandbox/client.ts';
import { DEMO_QUEUE } from './queue.ts';

if (process.argv.includes('--tmail')) {
  const { showTmail } = await import('./tmail.ts');
  process.exitCode = await showTmail(print);
} else {
  process.exitCode = await showOx();
}

async function showOx(): Promise<number> {
  const sandbox = await startSandbox();
  const place = makeWorkplace(sandbox.url);
  try {
    const names = place.drop(...DEMO_QUEUE);
    print(`The queue, ${names.length} files`, [
      ['file', 'type', 'object'],
      ...DEMO_QUEUE.map(({ udm_object_type, dn, object }, at) => [
        names[at] ?? '',
        udm_object_type,
        object === null ? `${dn} (deleted)` : dn,
      ]),
    ]);

    const { code, stdout, stderr } = await place.run();

    const { contexts } = await sandbox.canonicalState();
    for (const [id, context] of Object.entries(contexts)) {
      print(`OX afterwards: context ${id}, ${context.name}`, contentOf(context));
    }
    print('ModuleAccessDefinitions.properties', [[place.profiles().trim()]]);
    print('Left in the queue', [[place.waiting().join(', ') || 'nothing']]);
    print(`Log of listener_trigger (exit code ${code})`, [[`${stdout}${stderr}`.trim()]]);
    const { total } = await sandbox.counts();
    const violations = await sandbox.violations();
    print('Calls', [[`${total} SOAP calls, ${violations.length} of them against the contract`]]);
    return violations.length > 0 ? 1 : (code ?? 1);
  } finally {
    place.remove();
    await sandbox.stop();
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

function print(title: string, rows: readonly (readonly string[])[]): void {
  const columns = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(columns[at] ?? 0) : cell)));
  process.stdout.write(`\n== ${title}\n${lines.map((line) => line.join('  ')).join('\n')}\n`);
}
