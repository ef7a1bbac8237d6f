/** A flood of deletions that comes while runs are cut off gets no further than one that comes in a run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser, deleted } from '../harness/objects.ts';
import { makeWorkplace, type RunResult, type Workplace } from '../harness/workplace.ts';
import { type Fault, type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';

const people = ['anna', 'bert', 'cleo', 'dora', 'emil'].map((name) => aUser(name));

let server: StandIn;
let place: Workplace;
let kill: (signal: NodeJS.Signals) => void;

beforeEach(async () => {
  server = await startStandIn({ token: 'a-token' });
  server.state.domains.add('example.org');
  place = makeWorkplace('http://127.0.0.1:1');
  allow(2);
  for (const user of people) {
    place.drop(user);
  }
  expect(await run()).toMatchObject({ code: 0 });
});
afterEach(async () => {
  place.remove();
  await server.stop();
});

function allow(deletions: number): void {
  writeFileSync(
    join(place.data, 'tmail.json'),
    JSON.stringify({ server: { url: server.url }, max_deletions: deletions }),
  );
}

const run = (): Promise<RunResult> =>
  place.run({
    env: { OX_CONNECTOR_TARGET: 'tmail', TMAIL_TOKEN: 'a-token', OX_CONNECTOR_CONCURRENCY: '1' },
    onStart: (child) => {
      kill = (signal) => child.kill(signal);
    },
  });
const mailboxes = (): string[] => [...server.state.users.keys()].map((address) => address.split('@')[0] ?? '').sort();
const remove = (...names: readonly string[]): void =>
  people
    .filter(({ object }) => names.includes(String(object?.username)))
    .forEach((user) => void place.drop(deleted(user)));

/** While bert goes, as the second, one more is deleted. */
async function cutOff(signal: NodeJS.Signals, request: RegExp, fault: Fault | null): Promise<RunResult> {
  server.fault = ({ method, path }) => {
    if (!request.test(`${method} ${path}`)) {
      return null;
    }
    server.fault = null;
    remove('cleo');
    kill(signal);
    return fault;
  };
  remove('anna', 'bert');
  return run();
}

it.each<[NodeJS.Signals, RegExp, Fault | null]>([
  ['SIGKILL', /^DELETE \/users\/bert/, 'before'],
  ['SIGKILL', /^DELETE \/users\/bert/, 'after'],
  ['SIGTERM', /^HEAD \/users\/bert/, null],
])('what a run removed counts after a %s too (%s: %s)', async (signal, request, fault) => {
  expect(await cutOff(signal, request, fault)).toMatchObject(signal === 'SIGKILL' ? { signal } : { code: 143 });
  const left = mailboxes();
  expect(left).toEqual(expect.arrayContaining(['cleo', 'dora', 'emil']));

  for (let n = 0; n < 2; n += 1) {
    const again = await run();
    expect(again).toMatchObject({ code: 65, stderr: expect.stringMatching(/\b3 of \d mailboxes would be removed/) });
    expect(again.stderr).toContain('nothing was done, 2 of them went in the run before');
    expect(mailboxes()).toEqual(left);
  }

  allow(3);
  expect(await run()).toMatchObject({ code: 0 });
  expect(mailboxes()).toEqual(['dora', 'emil']);

  allow(1);
  remove('emil');
  expect(await run()).toMatchObject({ code: 0 });
  expect(mailboxes()).toEqual(['dora']);
});
