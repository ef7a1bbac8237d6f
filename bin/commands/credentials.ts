/** `credentials`: the logins of OX's admins, looked at, entered and tried. No password is ever shown. */
import { type Command, InvalidArgumentError } from 'commander';
import { unknownEntries } from '../../lib/check/files.ts';
import { asConnectorError, ConnectorError } from '../../lib/errors/connector-error.ts';
import { counted, printableJson } from '../../lib/errors/printable.ts';
import { contextNumber } from '../../lib/ox/credentials/credentials.ts';
import type { Login } from '../../lib/ox/services/logins.ts';
import { createOx } from '../../lib/ox/services/ox.ts';
import { readRunRecord } from '../../lib/run/run-record.ts';
import type { Frame } from '../frame.ts';
import { openParts, type Parts } from '../parts.ts';
import { readPassword } from '../password.ts';
import { formatTable, widthOf, wrapped } from '../table.ts';
import { runVerb, type Terminal } from '../terminal.ts';

/** A context, or the admin of all. */
type Entry = number | 'master';

interface SetOptions {
  readonly user?: string;
  readonly passwordFile?: string;
  readonly verify: boolean;
}

export function addCredentialsVerb(program: Command, terminal: Terminal): void {
  const credentials = program.command('credentials').summary("the logins of OX's admins: list, enter, try");
  const run = async (self: Command, lock: boolean, act: (frame: Frame, parts: Parts) => number | Promise<number>) => {
    await runVerb(terminal, self, { lock }, async (frame) => {
      const parts = openParts(frame.settings, frame.directory);
      try {
        return await act(frame, parts);
      } finally {
        parts.client.close();
      }
    });
  };
  credentials
    .command('list')
    .description('Lists whose logins are known, and how many objects wait for others. Never shows a password.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }, self: Command) =>
      run(self, false, (frame, parts) => list(frame, parts, options.json === true)),
    );
  credentials
    .command('set')
    .argument('<context>', 'number of a context, or master', parseEntry)
    .description(
      'Enters the login of the admin of a context, or of "master", in secrets/contexts.json, once OX has accepted it. Reads the ' +
        'password from standard input or a file. All other entries stay as they are.',
    )
    .option('--user <name>', 'login of the admin (default: the one that is entered already)')
    .option('--password-file <file>', 'read the password from this file')
    .option('--no-verify', 'do not ask OX whether it accepts the login')
    // Commander would repeat what is too much: it may be a password.
    .allowExcessArguments(true)
    .action((entry: Entry, options: SetOptions, self: Command) => {
      if (self.args.length > 1) {
        self.error('error: too many arguments: the password is read from standard input, or from --password-file');
      }
      return run(self, true, (frame, parts) => set(frame, parts, entry, options));
    });
  credentials
    .command('verify')
    .argument('[contexts...]', 'numbers of contexts, or master', (text: string, before: Entry[] = []) => [
      ...before,
      parseEntry(text),
    ])
    .description('Asks OX whether it accepts the logins that are known; all of them, if none is named.')
    .action((entries: Entry[], _options: object, self: Command) =>
      run(self, false, (frame, parts) => verify(frame, parts, entries)),
    );
}

function parseEntry(text: string): Entry {
  const entry = text === 'master' ? text : contextNumber(text);
  if (entry === null) {
    throw new InvalidArgumentError('expected the number of a context, or master');
  }
  return entry;
}

function list({ directory, settings }: Frame, { credentials }: Parts, json: boolean): number {
  const waiting = readRunRecord(directory).skipped;
  const own = credentials.findMaster();
  const known = [
    { context: 'master', admin: credentials.ofMaster().adminuser, from: own === null ? 'OX_MASTER_ADMIN' : 'file' },
    ...credentials.contexts().map((context) => ({
      context: String(context),
      admin: credentials.ofContext(context).adminuser,
      from: 'file',
    })),
  ];
  const missing = Object.keys(waiting).filter((context) => !known.some((each) => each.context === context));
  const entries = [
    ...known.map((each) => ({ ...each, waiting: waiting[each.context] ?? 0 })),
    ...missing.map((context) => ({ context, admin: null, from: null, waiting: waiting[context] ?? 0 })),
  ];
  if (json) {
    process.stdout.write(`${printableJson({ file: settings.credentialsFile, entries })}\n`);
    return 0;
  }
  const rows = entries.map(({ context, admin, from, waiting: count }) => [
    context,
    from ?? 'missing',
    count === 0 ? '-' : counted(count, 'object'),
    admin ?? '-',
  ]);
  process.stdout.write(
    `${settings.credentialsFile}\n\n${formatTable(['CONTEXT', 'FROM', 'WAITING', 'ADMIN'], rows, widthOf(process.stdout))}\n`,
  );
  return 0;
}

async function set({ settings }: Frame, parts: Parts, entry: Entry, options: SetOptions): Promise<number> {
  const { credentials } = parts;
  const former = entry === 'master' ? credentials.ofMaster() : credentials.find(entry);
  const adminuser = options.user ?? former?.adminuser ?? '';
  if (adminuser === '') {
    throw new ConnectorError(
      'USAGE',
      `nothing was done: it is not known what the admin of context ${entry} is called`,
      { remedy: 'Name the login with --user.' },
    );
  }
  const adminpass = await readPassword(options.passwordFile, `Password of ${adminuser}: `);
  const login = { adminuser, adminpass };
  if (options.verify) {
    await tryLogin(parts, settings.defaultContext, entry, login).catch((error: unknown) => {
      const { code, message, fields, remedy } = asConnectorError(error);
      throw new ConnectorError(code, `nothing was written: ${message}`, { fields, cause: error, remedy });
    });
  }
  credentials.put(entry, login);
  process.stdout.write(`${nameOf(entry)}: entered${options.verify ? ', OX accepts the login' : ', not tried'}\n`);
  return 0;
}

async function verify({ settings }: Frame, parts: Parts, given: readonly Entry[] | undefined): Promise<number> {
  const { credentials } = parts;
  for (const { message, remedy } of unknownEntries(credentials.unknown(), settings.credentialsFile)) {
    process.stdout.write(withAdvice(message, remedy));
  }
  const entries = given?.length ? given : (['master', ...credentials.contexts()] as const);
  let code = 0;
  for (const entry of entries) {
    try {
      const login = entry === 'master' ? credentials.ofMaster() : credentials.ofContext(entry);
      await tryLogin(parts, credentials.contexts()[0] ?? 1, entry, login);
      process.stdout.write(`${nameOf(entry)}: OX accepts ${login.adminuser}\n`);
    } catch (error) {
      const known = asConnectorError(error);
      if (known.code === 'INTERNAL') {
        throw error;
      }
      process.stdout.write(withAdvice(`${nameOf(entry)}: ${known.message}`, known.remedy));
      code ||= known.exitCode;
    }
  }
  return code;
}

/** By a call that reads. `some`: any context, for the master admin. Throws what OX says. */
async function tryLogin({ client }: Parts, some: number, entry: Entry, login: Login): Promise<void> {
  const ox = createOx(client, { ofContext: () => login, ofMaster: () => login });
  await (entry === 'master' ? ox.contexts.exists(some) : ox.users.admin(entry));
}

function withAdvice(message: string, remedy: string | undefined): string {
  const width = widthOf(process.stdout);
  return `${wrapped(message, '', width)}\n${wrapped(`What to do: ${remedy}`, '    ', width)}\n`;
}

function nameOf(entry: Entry): string {
  return entry === 'master' ? 'master' : `context ${entry}`;
}
