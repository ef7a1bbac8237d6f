/** A disk that is really full or read-only: mounted for one run in a mount namespace of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aUser } from '../harness/objects.ts';
import { useProvisioning } from '../harness/provisioning/scene.ts';
import { BINARY } from '../harness/workplace.ts';
import { live } from '../sandbox/provisioning/objects.ts';

const NAMESPACE = ['--map-root-user', '--mount'];
const mayMount =
  process.env.OX_CONNECTOR_REQUIRE_TOOLS === '1' || spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
const whereMountsAreAllowed = mayMount ? describe : describe.skip;

/** The first run meets the trouble, the second one does not; what each left is copied to where it can be seen. */
const SCRIPT = `
set -eu
cp -a "$DATA" "$SEEN/seed"
mount -t tmpfs -o size=2m tmpfs "$DATA"
cp -a "$SEEN/seed/." "$DATA"
run() {
  code=0
  "$BINARY" \${VERB-} 2>"$SEEN/$1.log" || code=$?
  echo "$code" >"$SEEN/$1.code"
  mkdir "$SEEN/$1"
  cp -a "$DATA/." "$SEEN/$1"
}
eval "$BEFORE"
run first
eval "\${AGAIN-}"
eval "$AFTER"
run second
`;

const scene = useProvisioning();
let seen: string;

beforeEach(() => {
  seen = mkdtempSync(join(tmpdir(), 'ox-connector-seen-'));
});
afterEach(() => {
  rmSync(seen, { recursive: true });
});

const waiting = (run: string): string[] =>
  readdirSync(join(seen, run, 'listener')).filter((name) => /^[^.].*\.json$/.test(name));
const text = (name: string): string => readFileSync(join(seen, name), 'utf8').trim();

whereMountsAreAllowed('a disk that is', () => {
  it.each([
    [
      'full',
      'head -c 4m /dev/zero >"$DATA/filler" || true',
      'rm "$DATA/filler"',
      /cannot write \/\S+: ENOSPC.*\n.*What to do: The disk is full: free some space\. Nothing is lost/,
    ],
    [
      'read-only',
      'mount -o remount,ro "$DATA"',
      'mount -o remount,rw "$DATA"',
      /What to do: The file system is mounted read-only: remount/,
    ],
  ])('%s stops the run with 74 and what to do, and nothing is lost', async (_what, before, after, message) => {
    const users = ['anna', 'bert', 'carl'].map((name) => aUser(name));
    const names = scene.place.drop(...users);
    const env = { ...process.env, DATA: scene.place.data, SEEN: seen, BINARY, BEFORE: before, AFTER: after };
    await promisify(execFile)('unshare', [...NAMESPACE, 'bash', '-c', SCRIPT], {
      env: { ...env, OX_CONNECTOR_DATA_DIR: scene.place.data, OX_SOAP_SERVER: scene.sandbox.url },
    });

    expect(text('first.code')).toBe('74');
    expect(text('first.log')).toMatch(message);
    expect(waiting('first')).toEqual(names);
    expect(text('second.log')).not.toMatch(/ERROR/);
    expect([text('second.code'), waiting('second')]).toEqual(['0', []]);
    expect(readdirSync(join(seen, 'second', 'listener', 'old')).toSorted()).toEqual(
      users.map(({ id }) => `${id}.json`).toSorted(),
    );
    const inOx = ((await scene.sandbox.state()).contexts['10']?.users ?? []).map(({ name }) => name);
    expect(inOx.toSorted()).toEqual(['anna', 'bert', 'carl']);
  });

  it.each([
    ['a file of the queue', 'listener', ['.json'], (message: object) => message],
    [
      'set aside',
      'listener/parked',
      ['message.json', 'message.reason'],
      (message: object) => ({ ...message, topic: 'groups/group' }),
    ],
  ])(
    'full leaves nothing of a message that is to be %s, however often it is fetched',
    async (_what, folder, files, made) => {
      const anna = aUser('anna');
      const message = live(null, { ...anna, object: { ...anna.object, note: 'x'.repeat(1_000_000) } });
      scene.subscription.store(made(message) as Record<string, unknown>);
      const env = { ...process.env, ...scene.env, DATA: scene.place.data, SEEN: seen, BINARY, VERB: 'fetch' };
      const disk = {
        BEFORE: 'head -c 1400k /dev/zero >"$DATA/filler"',
        AGAIN: 'run again',
        AFTER: 'rm "$DATA/filler"',
      };
      await promisify(execFile)('unshare', [...NAMESPACE, 'bash', '-c', SCRIPT], {
        env: { ...env, ...disk, OX_CONNECTOR_DATA_DIR: scene.place.data },
      });

      expect(['first', 'again', 'second'].map((run) => text(`${run}.code`))).toEqual(['74', '74', '0']);
      const left = (run: string): string[] =>
        readdirSync(join(seen, run, folder))
          .filter((name) => /tmp$|^\d/.test(name))
          .map((name) => name.replace(/^[\d-]+/, ''));
      expect([left('first'), left('again')]).toEqual([[], []]);
      expect(left('second').toSorted()).toEqual(files);
      expect(scene.subscription.acknowledged).toEqual([1]);
    },
  );
});
