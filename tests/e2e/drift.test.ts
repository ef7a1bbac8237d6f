/** Small histories that once ended in another state of OX than they should; found by the model tests. */
import { aResource } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type Sandbox, startSandbox } from '../sandbox/client.ts';

let sandbox: Sandbox;
let place: Workplace;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.stop();
});
beforeEach(async () => {
  await sandbox.reset();
  place = makeWorkplace(sandbox.url);
});
afterEach(async () => {
  place.remove();
  expect(await sandbox.violations()).toEqual([]);
});

it('leaves a resource without a description the same when its file comes twice', async () => {
  const beamer = aResource('beamer', { description: null });
  place.drop(beamer);
  await place.run();
  const once = await sandbox.state();

  place.drop(beamer);
  await place.run();

  expect(await sandbox.state()).toEqual(once);
});

it("cuts a fault's text that no log should hold", async () => {
  const text = `no space: ${'why '.repeat(500_000)}`;
  await sandbox.rules([{ action: { fault: { exception: 'StorageException', text } } }]);
  place.drop(aResource('beamer'));

  const { code, stderr } = await place.run();

  expect({ code, length: stderr.length < 10_000 }).toEqual({ code: 76, length: true });
  expect(stderr).toContain('no space: why why');
  expect(place.waiting()).toHaveLength(1);
});
