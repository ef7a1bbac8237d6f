/** npm run test:fuzz: the built binary with hostile and broken files, and with an OX that talks nonsense. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { conduct, type Property, property } from '../harness/campaign.ts';
import { startSandbox } from '../sandbox/client.ts';
import { ANSWER_MUTATIONS, spoil } from './answers.ts';
import { MUTATIONS, type Mutation, mutate } from './hostile.ts';
import { judge } from './oracle.ts';
import { Place, tree, type Watched } from './place.ts';
import { startProxy } from './proxy.ts';
import { CREDENTIALS, FIRST_FILES, MAPPING, SECOND_FILES } from './samples.ts';

interface Case {
  /** Chooses the file, or the call. */
  readonly target: number;
  readonly mutations: readonly Mutation[];
}

const walked = new Map<string, number>();
const count = (what: string): void => void walked.set(what, (walked.get(what) ?? 0) + 1);

const sandbox = await startSandbox({ options: { recordBodies: false } });
const proxy = await startProxy(sandbox.url);
const template = await settled();
await sandbox.reset();
const undisturbed = await stateAfter(async () => undefined);

/** A data directory in which everything has been provisioned once. */
async function settled(): Promise<Place> {
  const place = new Place(null, '');
  writeFileSync(join(place.data, 'secrets', 'contexts.json'), JSON.stringify(CREDENTIALS), { mode: 0o600 });
  FIRST_FILES.forEach((file, at) => void place.drop(at, JSON.stringify(file)));
  const { code, stderr } = await place.run({ OX_SOAP_SERVER: sandbox.url });
  strictEqual(code, 0, stderr);
  return place;
}

/** Prepares the second queue, lets `spoilt` do its worst, and runs once. */
async function attempt(
  spoilt: (place: Place, names: string[]) => void | Promise<void>,
  look: (place: Place, result: Watched) => void | Promise<void>,
  soapServer = sandbox.url,
): Promise<void> {
  const place = new Place(template.data, JSON.stringify(SECOND_FILES[0]));
  try {
    await sandbox.reset();
    await sandbox.options({ recordBodies: false });
    const names = SECOND_FILES.map((file, at) => place.drop(at, JSON.stringify(file)));
    await spoilt(place, names);
    const result = await place.run({ OX_SOAP_SERVER: soapServer });
    count(`ended with ${result.code ?? result.signal}`);
    await judge(place, result, sandbox);
    strictEqual(
      result.code === 0,
      place.waiting().length === 0,
      `it ended with ${result.code}: ${place.waiting()} are left`,
    );
    await look(place, result);
  } finally {
    place.remove();
  }
}

async function stateAfter(spoilt: (place: Place) => Promise<void>): Promise<unknown> {
  let state: unknown;
  await attempt(spoilt, async () => {
    state = await sandbox.canonicalState();
  });
  return state;
}

function mutated(content: string | Buffer, mutations: readonly Mutation[]): string | Buffer {
  return mutations.reduce((document, mutation) => {
    count(mutation.how);
    return mutate(document, mutation);
  }, content);
}

function spoilFile(path: string, mutations: readonly Mutation[]): string | Buffer {
  const content = mutated(readFileSync(path, 'utf8'), mutations);
  writeFileSync(path, content);
  return content;
}

function noStrays(place: Place): void {
  deepStrictEqual(place.strays(), [], 'files in DATA that nobody knows');
}

async function spoiltQueue({ target, mutations }: Case): Promise<void> {
  await attempt((place, names) => {
    spoilFile(join(place.queue, names[target % names.length] ?? ''), mutations);
  }, noStrays);
}

/** What an administrator or an attacker may put in the place of a queue file. */
const ODD_FILES: Readonly<Record<string, (place: Place, path: string) => void>> = {
  'a link to a file outside': (place, path) => symlinkSync(join(place.outside, 'victim.json'), path),
  'a link to nowhere': (_, path) => symlinkSync('/nonexistent/x', path),
  'a link to itself': (_, path) => symlinkSync(path, path),
  'a link to the credentials': (place, path) => symlinkSync(join(place.data, 'secrets', 'contexts.json'), path),
  'a link to a device': (_, path) => symlinkSync('/dev/zero', path),
  'a directory': (_, path) => mkdirSync(path),
  'a second name of another': (place, path) => linkSync(join(place.queue, place.waiting()[0] ?? ''), path),
};

async function oddFile({ target, mutations }: Case): Promise<void> {
  const odd = Object.keys(ODD_FILES);
  const how = odd[(mutations[0]?.what ?? 0) % odd.length] ?? '';
  count(how);
  const place = new Place(template.data, JSON.stringify(SECOND_FILES[0]));
  try {
    await sandbox.reset();
    const names = SECOND_FILES.map((file, at) => place.drop(at, JSON.stringify(file)));
    const path = join(target % 2 === 0 ? place.queue : join(place.queue, 'old'), '');
    const name =
      target % 2 === 0
        ? (names[target % names.length] ?? '')
        : `${SECOND_FILES[target % SECOND_FILES.length]?.id}.json`;
    rmSync(join(path, name), { force: true });
    ODD_FILES[how]?.(place, join(path, name));
    const result = await place.run({ OX_SOAP_SERVER: sandbox.url });
    count(`ended with ${result.code ?? result.signal}`);
    await judge(place, result, sandbox);
  } finally {
    place.remove();
  }
}

async function spoiltLastState({ target, mutations }: Case): Promise<void> {
  await attempt((place) => {
    const files = tree(join(place.queue, 'old'));
    spoilFile(join(place.queue, 'old', files[target % files.length] ?? ''), mutations);
  }, noStrays);
}

async function spoiltSettingsFile({ target, mutations }: Case): Promise<void> {
  let path = '';
  let content: string | Buffer = '';
  await attempt(
    (place) => {
      path = join(place.data, target % 2 === 0 ? 'secrets/contexts.json' : 'AttributeMapping.json');
      if (target % 2 === 1) writeFileSync(path, JSON.stringify(MAPPING));
      content = spoilFile(path, mutations);
    },
    (place, { code }) => {
      noStrays(place);
      if (code === 78) ok(Buffer.from(content).equals(readFileSync(path)), 'the broken file was overwritten');
    },
  );
}

const DERIVED = ['.index.sqlite', '.lock', '.lock-holder', '.run', '.runs'];

/** Nothing that is derived may change what is done, whatever became of it. */
async function spoiltDerivedFile({ target, mutations }: Case): Promise<void> {
  const state = await stateAfter(async (place) => {
    const path = join(place.queue, DERIVED[target % DERIVED.length] ?? '');
    for (const { how, at, what } of mutations) {
      count(`${how} (derived)`);
      const bytes = readOrNothing(path);
      if (how === 'truncated') truncateSync(path, (at * 997) % (bytes.length + 1));
      else if (how === 'all of it twice') writeFileSync(path, Buffer.concat([bytes, bytes]));
      else if (how === 'one byte changed' && bytes.length > 0) {
        // Within the header and the first pages' heads: SQLite has no checksums for what is in a row.
        bytes[(at * 7) % Math.min(bytes.length, 100)] = what;
        writeFileSync(path, bytes);
      } else if (how === 'empty') writeFileSync(path, '');
      else
        writeFileSync(path, mutate(JSON.stringify({ pid: 1, since: 'x', errors: 3, message: '' }), { how, at, what }));
    }
  });
  deepStrictEqual(state, undisturbed, 'OX is not as without the damage');
}

function readOrNothing(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    writeFileSync(path, '');
    return Buffer.alloc(0);
  }
}

async function spoiltAnswer({ target, mutations }: Case): Promise<void> {
  await attempt(
    () =>
      proxy.spoil({
        call: target % 24,
        change: (answer) =>
          mutations.reduce((given, mutation) => {
            count(mutation.how);
            return spoil(given, mutation);
          }, answer),
      }),
    async (place, first) => {
      noStrays(place);
      proxy.spoil(null);
      const again = await place.run({ OX_SOAP_SERVER: proxy.url });
      await judge(place, again, sandbox);
      // A wrong id that looks right cannot be told from a right one; all else must be mended by the next run.
      ok(
        again.code === 0 || again.code === 76,
        `after ${first.code} the next run ended with ${again.code}:\n${again.stderr.slice(-2000)}`,
      );
    },
    proxy.url,
  );
}

const number = fc.nat({ max: 255 });

function cases(hows: readonly string[], most: number): fc.Arbitrary<Case> {
  const mutation = fc.record({ how: fc.constantFrom(...hows), at: fc.nat({ max: 4000 }), what: number });
  return fc.record({ target: number, mutations: fc.array(mutation, { minLength: 1, maxLength: most }) });
}

function spoiling(
  name: string,
  hold: (example: Case) => Promise<void>,
  hows: readonly string[] = MUTATIONS,
  most = 3,
): Property {
  return property({
    name,
    cases: { long: 5000, short: 400 },
    arbitrary: cases(hows, most),
    hold,
    lists: ['mutations'],
    describe: ({ target, mutations }) =>
      `  target ${target}: ${mutations.map(({ how, at, what }) => `${how} (${at}, ${what})`).join(', ')}`,
  });
}

try {
  process.exitCode = await conduct('test:fuzz', {
    walked,
    seconds: { long: 60, short: 18 },
    properties: [
      spoiling('queue', spoiltQueue),
      spoiling('odd-files', oddFile),
      spoiling('old', spoiltLastState),
      spoiling('settings', spoiltSettingsFile),
      spoiling(
        'derived',
        spoiltDerivedFile,
        [
          'truncated',
          'all of it twice',
          'one byte changed',
          'empty',
          'not an object',
          'a value replaced',
          'NUL bytes',
          'bytes that are not UTF-8',
        ],
        2,
      ),
      spoiling('answers', spoiltAnswer, ANSWER_MUTATIONS, 2),
    ],
  });
} finally {
  template.remove();
  proxy.close();
  await sandbox.stop();
}
