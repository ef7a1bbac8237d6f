/** Bad files: the right exit code, one clear message with what to do, nothing lost, nothing sent for the bad file. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectFailure } from '../harness/failure.ts';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  type QueueFile,
} from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY } from '../harness/workplace.ts';

const scene = useScene();

const NAME = '2026-11-20-09-00-00.json';
const good = aUser('anna');

describe('a queue file', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['that is empty', '', /is not valid JSON/],
    ['that is cut', JSON.stringify(good).slice(0, 100), /is not valid JSON/],
    ['that is not UTF-8', Buffer.from(JSON.stringify({ ...good, dn: 'uid=müller' }), 'latin1'), /is not valid UTF-8/],
    ['that is a list', '[]', /holds a list, expected an object/],
    ['that is null', 'null', /holds null, expected an object/],
    ['of 17 MiB', Buffer.alloc(17 * 1024 * 1024, ' '), /has 17825792 bytes, expected at most 16777216/],
    [
      'of an unknown type',
      JSON.stringify({ ...good, udm_object_type: 'computers/windows' }),
      /\/udm_object_type: found "computers\/windows", expected one of/,
    ],
    ['whose id leads elsewhere', JSON.stringify({ ...good, id: '../x' }), /\/id: found "\.\.\/x", expected a UUID/],
    ['without dn', JSON.stringify({ ...good, dn: undefined }), /\/: dn is missing/],
  ])('%s stops the run at its turn', async (_what, content, message) => {
    scene.place.drop(aUser('before'));
    scene.place.dropRaw(NAME, content);
    scene.place.dropRaw('2026-11-20-10-00-00.json', JSON.stringify(aUser('after')));

    const result = await scene.place.run();

    expectFailure(result, { code: 65, message, remedy: /Correct the file where it is, or set it aside/ });
    expect(result.stderr).toContain(`Error while processing ${join(scene.place.queue, NAME)}\n`);
    expect(readFileSync(join(scene.place.queue, NAME)).equals(Buffer.from(content))).toBe(true);
    expect(scene.place.waiting()).toEqual([NAME, '2026-11-20-10-00-00.json']);
    expect(Object.keys(scene.place.lastStates())).toEqual([aUser('before').id]);
    expect((await scene.sandbox.state()).contexts['10']?.users.map(({ name }) => name)).toEqual(['before']);
  });

  const VIOLATIONS: readonly [QueueFile, RegExp][] = [
    [aContext(20, { contextid: 'twenty' }), /\/object\/contextid: found "twenty", expected the number/],
    [
      changed(aProfile('premium', []), { webmail: 'perhaps' }),
      /\/object\/webmail: found "perhaps", expected a boolean/,
    ],
    [
      aUser('bad', { isOxUser: 'yes', oxContext: 'ten' }),
      /\/object\/isOxUser: found "yes".*\/object\/oxContext: found "ten"/,
    ],
    [aUser('bad', { oxContext: '99999999999' }), /\/object\/oxContext: found "99999999999"/],
    [aGroup('bad', [], { users: 7 }), /\/object\/users: found 7, expected a list of DNs/],
    [
      anAccount('bad', [], { mailPrimaryAddress: '' }),
      /\/object\/mailPrimaryAddress: found "", expected one non-empty text/,
    ],
    [aResource('bad', { name: null }), /\/object\/name: found null, expected one non-empty text/],
  ];

  it.each(VIOLATIONS)('that violates its schema is refused: %#', async (file, message) => {
    const [name = ''] = scene.place.drop(file);

    const result = await scene.place.run();

    expectFailure(result, {
      code: 65,
      message,
      remedy:
        /Correct the object in UDM and save it: the newer file takes the place of this one\. Or correct the file\./,
    });
    expect(result.stderr).toContain(`Error while processing ${join(scene.place.queue, name)}\n`);
    expect([scene.place.waiting(), scene.place.lastStates()]).toEqual([[name], {}]);
    expect((await scene.sandbox.counts()).total).toBe(0);
  });

  it.each<[string, Record<string, unknown>, RegExp, RegExp]>([
    [
      'a character XML cannot carry',
      { firstname: 'a\u0001' },
      /the property firstname of .* holds the character U\+0001 at position 2, which XML cannot carry/,
      /firstname|Correct/,
    ],
    ['an integer that is none', { oxUserQuota: 'much' }, /oxUserQuota.*"much"/, /Correct/],
    [
      'no user name',
      { username: '' },
      /OX_USER_IDENTIFIER names the property username/,
      /^.*Set OX_USER_IDENTIFIER to a property/,
    ],
  ])('of a user with %s is refused with the name of the property', async (_what, properties, message, remedy) => {
    scene.place.drop(aUser('bad', properties));
    expectFailure(await scene.place.run(), { code: 65, message, remedy });
    expect(scene.place.waiting()).toHaveLength(1);
    expect((await scene.sandbox.state()).contexts['10']?.users).toEqual([]);
  });
});

describe('DATA', () => {
  it('that is missing is named', async () => {
    const missing = join(scene.place.data, 'missing');
    expectFailure(await scene.place.run({ env: { OX_CONNECTOR_DATA_DIR: missing } }), {
      code: 74,
      message: /the data directory \S+missing is not there/,
      remedy: /Mount it, or correct OX_CONNECTOR_DATA_DIR/,
    });
  });

  it('with a file in place of the queue is refused', async () => {
    rmSync(scene.place.queue, { recursive: true });
    writeFileSync(scene.place.queue, '');
    expect(await scene.place.run()).toMatchObject({ code: 74, stderr: expect.stringContaining(scene.place.queue) });
  });

  it.each(['.', 'listener', 'listener/old'])('whose directory %s may not be read is refused', async (name) => {
    scene.place.drop(good);
    mkdirSync(join(scene.place.queue, 'old'), { recursive: true });
    chmodSync(scene.place.data, 0o755);
    chmodSync(scene.place.queue, 0o777);
    chmodSync(join(scene.place.data, name), 0o000);
    // Nothing is forbidden to root.
    const nobody = { binary: 'setpriv', args: ['--reuid=65534', '--regid=65534', '--clear-groups', BINARY] };

    const result = await scene.place.run(process.getuid?.() === 0 ? nobody : {});

    chmodSync(join(scene.place.data, name), 0o700);
    expect(result.code).toBe(74);
    expect(result.stderr).toMatch(/What to do: .*access to this path|What to do: Check that/);
    expect(scene.place.waiting()).toHaveLength(1);
    expect((await scene.sandbox.counts()).total).toBe(0);
  });

  it('with a damaged last state of the object is refused, with both ways out', async () => {
    mkdirSync(join(scene.place.queue, 'old'));
    writeFileSync(join(scene.place.queue, 'old', `${good.id}.json`), '{');
    scene.place.drop(good);
    expectFailure(await scene.place.run(), {
      code: 74,
      message: /the last state is damaged/,
      remedy: /Restore .* from a backup, or remove it/,
    });
    expect(scene.place.waiting()).toHaveLength(1);
    expect((await scene.sandbox.counts()).total).toBe(0);
  });
});

describe('the files of administrators', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['no JSON', '{"10": secret10', /is not valid JSON/],
    [
      'an entry that is the password',
      '{"10": "secret10"}',
      /\/10: found a string, expected an object with adminuser and adminpass/,
    ],
    ['no password', '{"10": {"adminuser": "oxadmin"}}', /\/10: adminpass is missing/],
  ])('contexts.json with %s is refused and left as it is', async (_what, content, message) => {
    const file = join(scene.place.data, 'secrets', 'contexts.json');
    writeFileSync(file, content);
    const names = scene.place.drop(good);
    expectFailure(await scene.place.run(), { code: 78, message, remedy: /Correct the file by hand/ });
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(scene.place.waiting()).toEqual(names);
    expect((await scene.sandbox.counts()).total).toBe(0);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /AttributeMapping.json is broken: it is not valid JSON/],
    ['an unknown field', '{"email1": {"ldap_attribute": "x"}, "shoe": {"ldap_attribute": "y"}}', /"shoe"/],
  ])('AttributeMapping.json with %s is refused', async (_what, content, message) => {
    writeFileSync(join(scene.place.data, 'AttributeMapping.json'), content);
    const names = scene.place.drop(good);
    expectFailure(await scene.place.run(), { code: 78, message, remedy: /remove it to use the default mapping/ });
    expect(scene.place.waiting()).toEqual(names);
    expect((await scene.sandbox.counts()).total).toBe(0);
  });
});
