/**
 * ModuleAccessDefinitions.properties: the access profiles (docs/behaviour.md, "Access profiles"), one line each:
 * `name=right,right`. The name may hold any character, so it ends at the last `=`. Lines that are not ours are kept as
 * they are.
 */
import { readIfThere, writeDurably } from '../files/durable.ts';
import { type Properties, readBoolean } from '../model/udm.ts';
import type { ModuleAccess } from './services/ox.ts';

/** UDM's spelling → the flag of OX's UserModuleAccess. */
export const RIGHTS = {
  activesync: 'activeSync',
  calendar: 'calendar',
  collectemailaddresses: 'collectEmailAddresses',
  contacts: 'contacts',
  delegatetask: 'delegateTask',
  deniedportal: 'deniedPortal',
  editgroup: 'editGroup',
  editpassword: 'editPassword',
  editpublicfolders: 'editPublicFolders',
  editresource: 'editResource',
  globaladdressbookdisabled: 'globalAddressBookDisabled',
  ical: 'ical',
  infostore: 'infostore',
  multiplemailaccounts: 'multipleMailAccounts',
  readcreatesharedfolders: 'readCreateSharedFolders',
  subscription: 'subscription',
  syncml: 'syncml',
  tasks: 'tasks',
  usm: 'USM',
  vcard: 'vcard',
  webdav: 'webdav',
  webdavxml: 'webdavXml',
  webmail: 'webmail',
} as const satisfies Record<string, keyof ModuleAccess>;

export type Right = keyof typeof RIGHTS;

/** Those that an object of this type grants, in order. */
export function rightsOf(properties: Properties): Right[] {
  return (Object.keys(RIGHTS) as Right[]).filter((right) => readBoolean(properties[right])).sort();
}

export interface AccessProfiles {
  /** The rights of a profile; null: there is no such profile. */
  find(name: string): ReadonlySet<string> | null;
  /** Adds or replaces a profile; the one called `formerName` goes away. Durable when it returns. */
  put(name: string, rights: readonly Right[], formerName: string | null): void;
  remove(name: string): void;
}

export function openAccessProfiles(file: string): AccessProfiles {
  let lines: readonly string[] | null = null;
  const all = (): readonly string[] => {
    lines ??= readLines(file);
    return lines;
  };
  /** What others have changed while the run goes on is kept. */
  const edit = (change: (current: readonly string[]) => readonly string[]): void => {
    const current = readLines(file);
    lines = change(current);
    if (lines.join('\n') !== current.join('\n')) {
      writeDurably(file, Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
    }
  };
  return {
    find: (name) => {
      const line = all().findLast((each) => nameIn(each) === name.trim());
      return line === undefined ? null : new Set(rightsIn(line));
    },
    put: (name, rights, formerName) =>
      edit((current) => {
        const ours = new Set([name.trim(), formerName?.trim() ?? name.trim()]);
        const isOurs = (line: string): boolean => ours.has(nameIn(line) ?? '');
        const foreign = current.filter(isOurs).flatMap(rightsIn);
        const all = new Set([...rights, ...foreign.filter((right) => !Object.hasOwn(RIGHTS, right))]);
        const line = lineOf(`${name.trim()}=${[...all].sort().join(',')}`);
        const at = current.findIndex(isOurs);
        const kept = current.filter((each) => !isOurs(each));
        return at < 0 ? [...kept, line] : kept.toSpliced(at, 0, line);
      }),
    remove: (name) => edit((current) => current.filter((line) => nameIn(line) !== name.trim())),
  };
}

/** Every right, granted or not: OX takes most absent ones for granted (docs/ox.md, "Module access"). */
export function moduleAccessOf(rights: ReadonlySet<string>): ModuleAccess {
  return Object.fromEntries(Object.entries(RIGHTS).map(([right, flag]) => [flag, rights.has(right)]));
}

/** Lines have one character per byte, so that those of others survive, whatever their encoding. */
function lineOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function textOf(line: string): string {
  return Buffer.from(line, 'latin1').toString();
}

function readLines(file: string): string[] {
  const lines = readIfThere(file)?.toString('latin1').split('\n') ?? [];
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function nameIn(line: string): string | null {
  const equals = line.lastIndexOf('=');
  return equals < 0 ? null : textOf(line.slice(0, equals)).trim();
}

function rightsIn(line: string): string[] {
  return textOf(line.slice(line.lastIndexOf('=') + 1))
    .split(',')
    .map((right) => right.trim())
    .filter((right) => right !== '');
}
