/** The built binary from end to end: the main job on a queue of all types. */
import { aContext, aGroup, anAccount, aProfile, aResource, aUser, deleted } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type Sandbox, startSandbox } from '../sandbox/client.ts';

let sandbox: Sandbox;
let place: Workplace;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  await sandbox.reset();
  place = makeWorkplace(sandbox.url);
});
afterEach(async () => {
  place.remove();
  expect(await sandbox.violations()).toEqual([]);
});

it('drains a queue of all types, whatever the order of the names', async () => {
  place.drop(
    anAccount('info', ['anna', 'bert']),
    aGroup('sales', ['anna', 'bert']),
    aResource('beamer'),
    aUser('anna'),
    aUser('bert', { oxContext: 20 }),
    aProfile('premium', ['webmail', 'calendar']),
    aContext(20),
  );

  const { code, stderr } = await place.run();

  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Successfully processed 7 files') });
  expect(place.waiting()).toEqual([]);
  const { contexts } = await sandbox.canonicalState();
  expect(Object.keys(contexts)).toEqual(['10', '20']);
  expect(contexts['20']?.users.map((user) => user.name)).toEqual(['bert']);
  expect(contexts['10']?.groups).toContainEqual(expect.objectContaining({ name: 'sales', members: ['anna'] }));
});

it('changes nothing in OX when all files are dropped once more', async () => {
  const files = [
    aUser('anna'),
    aGroup('sales', ['anna']),
    anAccount('info', ['anna']),
    aResource('beamer'),
    aContext(20),
  ];
  place.drop(...files);
  await place.run();
  const first = await sandbox.state();

  place.drop(...files);
  const { code } = await place.run();

  expect(code).toBe(0);
  expect(await sandbox.state()).toEqual(first);
});

it('drops a file of an object that was created and deleted between two runs, without a call', async () => {
  place.drop(deleted(aUser('anna')));

  expect((await place.run()).code).toBe(0);

  expect(place.waiting()).toEqual([]);
  expect((await sandbox.counts()).total).toBe(0);
});
