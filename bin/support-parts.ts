/** What goes into the archive of `support`, as it is, and how it is masked. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { basename, join } from 'node:path';
import type { Finding } from '../lib/check/finding.ts';
import { asConnectorError } from '../lib/errors/connector-error.ts';
import { ifPossible } from '../lib/errors/if-possible.ts';
import type { Properties } from '../lib/model/udm.ts';
import { describeAside } from '../lib/queue/describe.ts';
import { type Inbox, parseJson, readRegularFile } from '../lib/queue/inbox.ts';
import { groupByReason } from '../lib/queue/selection.ts';
import { readRunHistory } from '../lib/run/run-history.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { statusAsJson } from '../lib/status/json.ts';
import { readStatus, type Status } from '../lib/status/status.ts';
import { DEFAULT_THRESHOLDS, judge } from '../lib/status/verdict.ts';
import type { Entry } from '../lib/support/archive.ts';
import { Masker } from '../lib/support/masker.ts';
import { personalWords } from '../lib/support/personal-words.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import settingsSchema from '../schemas/settings.schema.json' with { type: 'json' };
import { findingsOf } from './check-parts.ts';
import type { Frame } from './frame.ts';
import { openParts } from './parts.ts';
import { VERSION } from './version.ts';

export interface SupportWish {
  readonly environment: Environment;
  readonly now: Date;
  readonly check: boolean;
  readonly log?: string;
}

/** `text`: free text, masked as such. `answer`: JSON. `object`: a queue file. `plain`: tells nothing of anybody. */
export type Section =
  | { readonly name: string; readonly kind: 'text'; readonly content: string }
  | { readonly name: string; readonly kind: 'answer' | 'object' | 'plain'; readonly content: unknown };

const USUAL_LOG = '/var/log/univention/listener_modules/ox-connector.log';

export async function gather(frame: Frame, wish: SupportWish): Promise<Section[]> {
  const { settings, directory } = frame;
  const { inbox, lastStates } = openParts(settings, directory);
  const status = once(() => readStatus(inbox, lastStates, wish.now));
  return [
    ...always(wish),
    section('status.json', () => statusAsJson(status(), judge(status(), DEFAULT_THRESHOLDS))),
    section('queue.json', () => queueSummary(inbox, status(), wish.now)),
    { name: 'runs.json', kind: 'plain', content: readRunHistory(directory) },
    ...failingFile(directory, ifPossible(status)?.failure?.filename),
    ...(wish.check ? [await checkResult(frame, wish)] : []),
    ...logSection(wish.log),
  ];
}

/** Where not even the settings can be used. */
export function gatherWithoutSettings(wish: SupportWish, failure: unknown): Section[] {
  return [
    ...always(wish),
    { name: 'failure.json', kind: 'answer', content: failureAsJson(failure) },
    ...logSection(wish.log),
  ];
}

/** Asked again, it answers the same. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | null = null;
  return () => {
    answer ??= { value: ask() };
    return answer.value;
  };
}

/** What cannot be found out says why. */
function section(name: string, act: () => unknown, kind: 'answer' | 'object' = 'answer'): Section {
  try {
    return { name, kind, content: act() };
  } catch (error) {
    return { name, kind: 'answer', content: failureAsJson(error) };
  }
}

function failureAsJson(failure: unknown): Record<string, unknown> {
  const { code, message, remedy } = asConnectorError(failure);
  return { code, message, remedy };
}

function always({ environment, now }: SupportWish): Section[] {
  const { node, openssl } = process.versions;
  const versions = {
    connector: VERSION,
    node,
    openssl,
    system: `${platform()} ${release()} ${arch()}`,
    taken: now.toISOString(),
  };
  return [
    { name: 'README.txt', kind: 'plain', content: README },
    { name: 'versions.json', kind: 'plain', content: versions },
    { name: 'settings.json', kind: 'plain', content: settingsOf(environment) },
  ];
}

const README = `What is about people is masked: the same value has the same mark («123abc») in all of these files, and nobody can tell from a
mark what it stood for. Passwords and other secrets are left out. See docs/security.md of the connector, "What support masks".
`;

/** A variable of the environment whose value nobody may see. */
export function isSecret(name: string): boolean {
  return /PASSWORD|SECRET|TOKEN/.test(name) && !name.endsWith('_FILE');
}

const LOGIN = /USERNAME|MASTER_ADMIN/;

/** Those that are set. A URL may hold a login although it is not allowed to. */
function settingsOf(environment: Environment): Record<string, string> {
  const names = Object.keys(settingsSchema.properties) as (keyof typeof settingsSchema.properties)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      if (!value) {
        return [];
      }
      const isHidden = isSecret(name) || (LOGIN.test(name) && value !== settingsSchema.properties[name].default);
      return [[name, isHidden ? '(set, not shown)' : value.replace(/^(\w+:\/\/)?.+@/s, '$1…@')]];
    }),
  );
}

function queueSummary(inbox: Inbox, { waiting, oldestAge }: Status, now: Date): unknown {
  const aside = (place: 'parked' | 'dropped'): unknown =>
    groupByReason(describeAside(inbox, place, objectMistakes, now)).map(({ reason, remedy, files }) => ({
      files: files.length,
      reason,
      remedy,
    }));
  return { waiting, oldestAgeSeconds: oldestAge, parked: aside('parked'), dropped: aside('dropped') };
}

/** The file that stops the queue, and the last state of its object: names of properties, and the shape of their values. */
function failingFile(directory: string, file: string | undefined): Section[] {
  if (!file) {
    return [];
  }
  const read = once(() => readObject(join(directory, basename(file))));
  const id = String(ifPossible(read)?.id).toLowerCase();
  const before = /^[0-9a-f-]{36}$/.test(id) ? ifPossible(() => readObject(join(directory, 'old', `${id}.json`))) : null;
  return [
    section('failing-file.json', read, 'object'),
    ...(before === null ? [] : [{ name: 'failing-file-before.json', kind: 'object', content: before } as const]),
  ];
}

function readObject(path: string): Properties {
  const bytes = readRegularFile(path);
  if (bytes === null) {
    throw new Error(`${path} is gone`);
  }
  return parseJson(bytes, path);
}

async function checkResult(frame: Frame, { environment }: SupportWish): Promise<Section> {
  const findings: (Partial<Finding> | Record<string, unknown>)[] = [];
  try {
    for await (const { repair: _, claims: __, ...found } of findingsOf(frame, environment, false)) {
      findings.push(found);
    }
  } catch (error) {
    findings.push({ kind: 'failure', ...failureAsJson(error) });
  }
  return { name: 'check.json', kind: 'answer', content: findings };
}

const MOST_LINES = 2000;
const MOST_BYTES = 4 * 1024 * 1024;

/** The end of it. None: it is not there, and nobody has named one. */
function logSection(file: string | undefined): Section[] {
  try {
    return [{ name: 'log.txt', kind: 'text', content: endOf(file ?? USUAL_LOG) }];
  } catch (error) {
    return file === undefined ? [] : [{ name: 'log.json', kind: 'answer', content: failureAsJson(error) }];
  }
}

function endOf(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(0, size - MOST_BYTES);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(fd, bytes, 0, bytes.length, start);
    // The first line may be cut off.
    const lines = bytes
      .toString('utf8', 0, read)
      .split('\n')
      .slice(start === 0 ? 0 : 1);
    return lines.slice(-MOST_LINES - 1).join('\n');
  } finally {
    closeSync(fd);
  }
}

/** `directory`: the queue's; null: there is none to learn from. */
export function maskAll(sections: readonly Section[], directory: string | null, secrets: readonly string[]): Entry[] {
  const texts = sections.flatMap(({ kind, content }) =>
    kind === 'text' || kind === 'answer' ? [typeof content === 'string' ? content : JSON.stringify(content)] : [],
  );
  const masker = new Masker(personalWords(directory, texts), secrets);
  return sections.map((each) => ({ name: each.name, content: contentOf(each, masker) }));
}

function contentOf({ kind, content }: Section, masker: Masker): string {
  if (kind === 'text') {
    return content
      .split('\n')
      .map((line) => masker.line(line))
      .join('\n');
  }
  if (kind === 'plain' && typeof content === 'string') {
    return content;
  }
  const shown =
    kind === 'answer' ? masker.answer(content) : kind === 'object' ? masker.file(content as Properties) : content;
  return `${JSON.stringify(shown, null, 2)}\n`;
}
