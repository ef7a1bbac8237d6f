/** `sync`, `sync import` and `lsc` with a configuration that is none: said before anybody is asked, with what to do. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LSC_JOBS, lscXml } from '../harness/tmail/lsc-files.ts';
import { BINARY, makeWorkplace, type Workplace } from '../harness/workplace.ts';

const SITE = {
  ldap: 'ldap://127.0.0.1:9',
  bindDn: 'cn=reader,dc=example',
  password: 'a secret',
  base: 'ou=people,dc=example',
  server: 'http://127.0.0.1:9',
  token: 'a-token',
};

let place: Workplace;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:9');
});
afterEach(() => place.remove());

const writeTmail = (content: string): void => writeFileSync(join(place.data, 'tmail.json'), content);

/** Answers its directory. */
function writeLsc(jobs = LSC_JOBS): string {
  mkdirSync(join(place.data, 'lsc'), { recursive: true });
  writeFileSync(join(place.data, 'lsc', 'lsc.xml'), lscXml(SITE, jobs));
  return join(place.data, 'lsc');
}

it.each([
  ['no file', null, 78, /tmail\.json.*it is not there/, /Write it \(docs\/tmail\.md has an example\)/],
  ['no JSON', '{', 78, /tmail\.json.*not valid JSON/, /Correct the file/],
  [
    'an unknown name',
    '{"server":{"url":"http://x"},"facet":[]}',
    78,
    /found "facet"|facet/,
    /docs\/tmail\.md lists all/,
  ],
  [
    'no directory',
    '{"server":{"url":"http://127.0.0.1:9"}}',
    78,
    /the configuration .*tmail\.json names no directory /,
    /Add "ldap" with "url" and "base"\.\n/,
  ],
  [
    'a secret that is not there',
    '{"server":{"url":"http://127.0.0.1:9","token_file":"secrets/nope"},"ldap":{"url":"ldap://127.0.0.1:9","base":"x"}}',
    78,
    /the secret file .*secrets\/nope cannot be read/,
    /Write it, or correct its path: paths are relative/,
  ],
])('sync with %s', async (_, content, code, said, remedy) => {
  if (content !== null) {
    writeTmail(content);
  }
  const result = await place.run({ args: ['sync'] });
  expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(said)]);
  expect(result.stderr).toMatch(new RegExp(`What to do: .*${remedy.source}`));
});

it('adopt knows nobody who left mail where nobody did', async () => {
  const { code, stderr } = await place.run({ args: ['adopt', 'nobody@example.org'] });
  expect(code).toBe(65);
  expect(stderr).toMatch(
    /nobody is known to have left mail at nobody@example\.org .*\n.*What to do: Give the address as the log names it\.\n$/,
  );
});

it('lsc names the tasks that there are', async () => {
  const binary = join(place.data, 'lsc-binary', 'lsc');
  mkdirSync(join(place.data, 'lsc-binary'));
  symlinkSync(BINARY, binary);
  const { code, stderr } = await place.run({ binary, args: ['-f', writeLsc(), '-s', 'nope'] });
  expect(code).toBe(64);
  expect(stderr).toMatch(/there is no task nope: the configuration has userSynchronization, aliasSynchronization/);
  expect(stderr).toContain('Name tasks as the lsc.xml does, or all.');
  const idle = await place.run({ binary, args: ['-f', writeLsc()] });
  expect(idle).toMatchObject({ code: 64, stderr: 'error: say what to do: -s all, -c all, or both\n' });
  const asynchronous = await place.run({ binary, args: ['-a', 'all'] });
  expect(asynchronous).toMatchObject({
    code: 64,
    stderr: expect.stringContaining(
      'it is not taken: start `lsc -s all` by cron or a timer as often as you like, unchanged people cost nothing\n',
    ),
  });
});

it('sync import writes over nothing, and nothing that it cannot say', async () => {
  const secret = join(place.data, 'secrets', 'tmail-token');
  writeTmail('{}');
  const over = await place.run({ args: ['sync', 'import', writeLsc()] });
  expect(over.code).toBe(78);
  expect(over.stderr).toMatch(
    /tmail\.json is there already: nothing was written.*\n.*What to do: Move it away, or take another --output\.\n$/,
  );

  place.removeFile('tmail.json');
  const removing = LSC_JOBS.slice(1, 2).map((job) => ({ ...job, conditions: [false, false, true] as const }));
  const only = await place.run({ args: ['sync', 'import', writeLsc(removing)] });
  expect(only.code).toBe(78);
  expect(only.stderr).toMatch(
    /task aliasSynchronization only removes, which a tmail\.json cannot say.*\n.*Leave its directory out/,
  );
  expect([existsSync(secret), existsSync(join(place.data, 'tmail.json'))]).toEqual([false, false]);

  const written = await place.run({ args: ['sync', 'import', writeLsc()] });
  expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining(' configuration written ') });
  expect([existsSync(secret), existsSync(join(place.data, 'tmail.json'))]).toEqual([true, true]);

  // As a power cut leaves it between the two.
  place.removeFile('tmail.json');
  expect(await place.run({ args: ['sync', 'import', writeLsc()] })).toMatchObject({ code: 0 });
  place.removeFile('tmail.json');
  writeFileSync(secret, 'another\n');
  expect(await place.run({ args: ['sync', 'import', writeLsc()] })).toMatchObject({
    code: 78,
    stderr: expect.stringContaining('tmail-token is there already: nothing was written'),
  });
});
