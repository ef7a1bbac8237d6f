/** The queue as an administrator looks at it: in processing order, with what is wrong with each file; and what was set aside. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { asConnectorError } from '../errors/connector-error.ts';
import { secondsSince } from '../model/age.ts';
import type { Envelope } from '../model/change.ts';
import type { Properties } from '../model/udm.ts';
import { directoryOf, listAside, type Place, readReason } from './aside.ts';
import { withoutTime } from './dropped.ts';
import type { Inbox, ObjectCheck } from './inbox.ts';
import { inOrder, summarize, type Waiting } from './order.ts';

export interface DescribedFile {
  readonly name: string;
  /** Empty: the file cannot be read that far. */
  readonly type: string;
  readonly dn: string;
  readonly id: string;
  readonly action: 'create or change' | 'delete' | 'provision again' | '';
  /** Seconds since the file was written. */
  readonly ageSeconds: number;
  readonly bytes: number;
  /** Empty: valid. */
  readonly mistakes: string;
}

export interface AsideFile extends DescribedFile {
  /** Empty: nobody has said why. */
  readonly reason: string;
}

/** Files that vanish meanwhile are left out. */
export function describeQueue(
  inbox: Inbox,
  checkObject: ObjectCheck,
  formerly: (id: string) => string | null,
  now: Date,
): DescribedFile[] {
  const described = new Map<string, DescribedFile>();
  const before: Waiting[] = [];
  const broken: string[] = [];
  const after: Waiting[] = [];
  for (const name of inbox.list()) {
    const found = describeFile(inbox, name, inbox.path(name), checkObject, now);
    if (found?.envelope) {
      // A file that cannot be read ends the round: what comes before it by name is worked on first.
      (broken.length === 0 ? before : after).push(summarize(name, found.envelope));
    } else if (found) {
      broken.push(name);
    }
    if (found) {
      described.set(name, found.file);
    }
  }
  const [first, last] = [before, after].map((waiting) => inOrder(waiting, formerly).map(({ name }) => name));
  return [...(first ?? []), ...broken, ...(last ?? [])].flatMap((name) => described.get(name) ?? []);
}

/** In the order of their names. */
export function describeAside(
  inbox: Inbox,
  place: Exclude<Place, 'waiting'>,
  checkObject: ObjectCheck,
  now: Date,
): AsideFile[] {
  const directory = directoryOf(inbox.directory, place);
  return listAside(directory).flatMap((name) => {
    const path = join(directory, name);
    const found = describeFile(inbox, name, path, checkObject, now);
    return found ? [{ ...found.file, reason: withoutTime(readReason(path)) }] : [];
  });
}

/** `envelope` null: it cannot be read that far. null: it is gone. */
function describeFile(
  inbox: Inbox,
  name: string,
  path: string,
  checkObject: ObjectCheck,
  now: Date,
): { file: DescribedFile; envelope: Envelope | null } | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    return null;
  }
  const size = { name, bytes: stat.size, ageSeconds: secondsSince(stat.mtimeMs, now) ?? 0 };
  try {
    const envelope = inbox.parse(path);
    return envelope && { file: { ...size, ...describeEnvelope(envelope, checkObject) }, envelope };
  } catch (error) {
    const { code, message } = asConnectorError(error);
    if (code === 'INTERNAL') {
      throw error;
    }
    const file: DescribedFile = { ...size, type: '', dn: '', id: '', action: '', mistakes: message };
    return { file, envelope: null };
  }
}

function describeEnvelope(envelope: Envelope, checkObject: ObjectCheck) {
  const { object, udm_object_type: type, dn, id } = envelope;
  const mistakes = object === null ? [] : checkObject(type, object);
  const again = envelope.oxConnectorReprovision === true;
  const action = object === null ? 'delete' : again ? 'provision again' : 'create or change';
  return { type, dn, id, action, mistakes: mistakes.join('; ') } as const;
}

/** The object's properties that differ, by name; learnt values are left out. */
export function differences(before: Properties | null, after: Properties | null): [string, unknown, unknown][] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => !name.startsWith('oxDb'))
    .sort()
    .flatMap((name): [string, unknown, unknown][] => {
      const [old, now] = [before?.[name] ?? null, after?.[name] ?? null];
      return JSON.stringify(old) === JSON.stringify(now) ? [] : [[name, old, now]];
    });
}
