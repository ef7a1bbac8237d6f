/**
 * contexts.json: the logins of OX's admins (docs/behaviour.md, "Credentials"). Administrators write it too: it is never
 * overwritten when broken.
 */
import { dirname } from 'node:path';
import { ConnectorError } from '../../errors/connector-error.ts';
import { readCheckedJson } from '../../files/checked-json.ts';
import { makeDirectoryDurably, writeDurably } from '../../files/durable.ts';
import type { Login, Logins } from '../services/logins.ts';

export interface Credentials extends Logins {
  /** null: the context is not ours. */
  find(context: number): Login | null;
  /** All that must not be shown. */
  passwords(): string[];
  /** The numbers of all contexts with an entry. */
  contexts(): number[];
  /** Names of entries that are neither a context's nor master's, and so of no use. Those that begin with `$` are notes. */
  unknown(): string[];
  /** The entry `master`; null: the settings have the login. */
  findMaster(): Login | null;
  /** Durable when it returns. */
  put(context: number | 'master', login: Login): void;
  remove(context: number): void;
}

const LARGEST_CONTEXT = 2 ** 31 - 1;

/** The number of a context, as it is written; null: no context can have it. */
export function contextNumber(text: string): number | null {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= LARGEST_CONTEXT ? Number(text) : null;
}

type Entries = Readonly<Record<string, Login>>;

export interface CredentialsOptions {
  readonly file: string;
  /** Used while the file has no entry `master`. */
  readonly master: Login;
  readonly check: (value: unknown) => readonly string[];
}

/** The file is read when first asked, once in a run. */
export function openCredentials(options: CredentialsOptions): Credentials {
  let entries: Entries | null = null;
  const all = (): Entries => {
    entries ??= readEntries(options);
    return entries;
  };
  const replace = (next: Entries): void => {
    makeDirectoryDurably(dirname(options.file));
    writeDurably(options.file, `${JSON.stringify(next, null, 2)}\n`);
    entries = next;
  };
  const find = (context: number | 'master'): Login | null => {
    const name = String(context);
    return Object.hasOwn(all(), name) ? (all()[name] ?? null) : null;
  };
  return {
    find,
    ofContext: (context) => {
      const found = find(context);
      if (!found) {
        throw new ConnectorError('OX_CREDENTIALS', `contexts.json has no entry for context ${context}`, {
          fields: { file: options.file },
          remedy: `Enter its admin: listener_trigger credentials set ${context}.`,
        });
      }
      return found;
    },
    findMaster: () => find('master'),
    ofMaster: () => find('master') ?? options.master,
    passwords: () =>
      [options.master, ...Object.values<Partial<Login> | null>(all())].flatMap((entry) =>
        typeof entry?.adminpass === 'string' ? [entry.adminpass] : [],
      ),
    contexts: () =>
      Object.keys(all())
        .flatMap((name) => contextNumber(name) ?? [])
        .sort((a, b) => a - b),
    unknown: () =>
      Object.keys(all()).filter((name) => contextNumber(name) === null && name !== 'master' && !name.startsWith('$')),
    put: (context, login) => {
      // What an administrator has changed while the run goes on is kept.
      const current = readEntries(options);
      const former = Object.hasOwn(current, String(context)) ? current[String(context)] : undefined;
      replace({ ...current, [context]: { ...former, ...login } });
    },
    remove: (context) => {
      const { [String(context)]: removed, ...rest } = readEntries(options);
      if (removed) {
        replace(rest);
      }
    },
  };
}

/** Missing file: no contexts. */
function readEntries({ file, check }: CredentialsOptions): Entries {
  return (readCheckedJson(file, check, (mistakes) => broken(file, mistakes)) ?? {}) as Entries;
}

function broken(file: string, mistakes: readonly string[]): ConnectorError {
  return new ConnectorError('CREDENTIALS_BROKEN', `the credentials file ${file} is broken: ${mistakes.join('; ')}`, {
    fields: { path: file },
    remedy:
      'Correct the file by hand: {"master": {"adminuser": "…", "adminpass": "…"}, "10": {…}}. It is left as it is.',
  });
}
