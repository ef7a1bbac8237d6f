/** `plan` tells what the run after it does, also of objects that earlier files of the queue make, change or remove. */
import { aContext, aGroup, anAccount, aResource, aUser, changed, deleted } from '../harness/objects.ts';
import { useSite } from '../harness/site.ts';

const site = useSite();

const READ = /^(?:get|list|exists)/;

interface Planned {
  readonly outcome: string;
  readonly calls: readonly {
    readonly service: string;
    readonly operation: string;
    readonly changes: readonly Change[];
  }[];
}

interface Change {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

it('the same changes in the same order, and nothing of it by the plan', async () => {
  const [anna, bert, dora] = [aUser('anna'), aUser('bert'), aUser('dora', { oxContext: 30 })];
  await site.apply(
    anna,
    bert,
    anAccount('info', ['anna', 'bert']),
    aGroup('sales', ['anna', 'bert']),
    aGroup('solo', ['bert']),
    aResource('room'),
  );
  site.place.drop(
    changed(anna, { oxContext: 20 }),
    anAccount('info', ['anna', 'bert'], { personal: 'Help' }),
    aContext(30),
    dora,
    aGroup('sales', ['anna', 'bert', 'dora']),
    anAccount('info', ['dora']),
    changed(aResource('room'), { name: 'hall' }),
    deleted(bert),
    aResource('beamer'),
    changed(dora, { username: 'doris' }),
  );
  const env = { OX_MASTER_PASSWORD: 'masterpw', OX_CONNECTOR_CONCURRENCY: '1' };
  const before = await site.ox.state();

  const planned = JSON.parse((await site.place.run({ args: ['plan', '--json'], env })).stdout) as Planned[];
  expect(await site.ox.state()).toEqual(before);
  const since = (await site.ox.counts()).total;
  const { code, stderr } = await site.place.run({ env });

  expect(code).toBe(0);
  const done = [...stderr.matchAll(/ provisioned .*?action="?([^"]*?)"? duration/g)].map((match) => match[1]);
  expect(planned.map(({ outcome }) => outcome)).toEqual(done);
  const noted = planned.flatMap(({ calls }) => calls);
  const sent = (await site.ox.calls({ since })).filter((call) => !READ.test(call.operation) && call.outcome === 'ok');
  const named = (call: { readonly service: string; readonly operation: string }): string =>
    `${call.service}.${call.operation}`;
  expect(noted.map(named)).toEqual(sent.map(named));
  // What the account of the moved user and the group are told of is what the files before them have made.
  const changes = noted.flatMap((call) => call.changes.map((change) => ({ call: named(call), ...change })));
  expect(changes).toContainEqual({
    call: 'OXSecondaryAccountService.update',
    field: 'personal',
    before: 'The info',
    after: 'Help',
  });
  expect(changes).toContainEqual({
    call: 'OXGroupService.create',
    field: 'members added',
    before: '',
    after: 'doris',
  });
});

it('a context that is deleted and made again, with all that comes back', async () => {
  const anna = aUser('anna', { oxContext: 30 });
  await site.apply(aContext(30), anna, aUser('bert'), aGroup('sales', ['anna', 'bert']), anAccount('info', ['anna']));
  site.place.drop(deleted(aContext(30)), aContext(30));
  const env = { OX_MASTER_PASSWORD: 'masterpw', OX_CONNECTOR_CONCURRENCY: '1' };

  const planned = JSON.parse((await site.place.run({ args: ['plan', '--json'], env })).stdout) as Planned[];
  const { code, stderr } = await site.place.run({ env });

  expect(code).toBe(0);
  const done = [...stderr.matchAll(/ provisioned .*?action="?([^"]*?)"? duration/g)].map((match) => match[1]);
  expect(done).toHaveLength(5);
  expect(planned.map(({ outcome }) => outcome)).toEqual(done);
});

it('the ids of a context, where those that are remembered are not those of OX', async () => {
  await site.apply(aUser('anna'), aUser('bert'), anAccount('info', ['anna']), aGroup('sales', ['anna', 'bert']));
  await site.ox.drift([{ renumber: { context: 10 } }, { deleteUser: { context: 10, name: 'bert' } }]);
  site.place.drop(anAccount('info', ['anna'], { personal: 'Help' }), aGroup('sales', ['anna', 'bert']));

  await tellsTheSame();
});

it('a context that is deleted and made again, whose users were changed before', async () => {
  const anna = aUser('anna', { oxContext: 30 });
  await site.apply(aContext(30), anna, aResource('room', { oxContext: 30 }));
  site.place.drop(
    changed(anna, { username: 'anne' }),
    deleted(aContext(30)),
    aContext(30),
    changed(anna, { username: 'anna' }),
  );

  await tellsTheSame();
});

/** The plan, and the run after it. */
async function tellsTheSame(): Promise<void> {
  const env = { OX_MASTER_PASSWORD: 'masterpw', OX_CONNECTOR_CONCURRENCY: '1' };
  const before = await site.ox.state();
  const planned = JSON.parse((await site.place.run({ args: ['plan', '--json'], env })).stdout) as Planned[];
  expect(await site.ox.state()).toEqual(before);
  const { code, stderr } = await site.place.run({ env });
  expect(code).toBe(0);
  const done = [...stderr.matchAll(/ provisioned .*?action="?([^"]*?)"?(?: duration.*)?$/gm)].map((match) => match[1]);
  expect(done.length).toBeGreaterThan(1);
  expect(planned.map(({ outcome }) => outcome)).toEqual(done);
}

it('an empty queue wakes nobody, and one that is not wakes who waited', async () => {
  site.forgetCredentials(20);
  await site.apply(aUser('anna', { oxContext: 20 }));
  site.enterCredentials(20);
  const env = { OX_MASTER_PASSWORD: 'masterpw' };
  const planned = async (): Promise<unknown[]> =>
    JSON.parse((await site.place.run({ args: ['plan', '--json'], env })).stdout) as unknown[];
  expect(await planned()).toEqual([]);
  site.place.drop(aUser('bert'));
  expect(await planned()).toHaveLength(2);
  const { stdout } = await site.place.run({ args: ['plan', '--details'], env });
  expect(stdout).toMatch(/^\(again 1\)\.json put into the queue by an earlier file: uid=anna,/m);
});

it('a plan that is printed while it is made is whole, one file after the other', async () => {
  const names = site.place.drop(
    ...Array.from({ length: 250 }, (_, at) =>
      aUser(`user${at}`, at % 10 === 0 ? { isOxUser: false } : { oxContext: 'none' }),
    ),
  );
  const env = { OX_MASTER_PASSWORD: 'masterpw', OX_CONNECTOR_STOP_ON_ERROR: 'false' };
  const planOf = async (option: string): Promise<string> =>
    (await site.place.run({ args: ['plan', option], env })).stdout;

  const json = await planOf('--json');
  // Several times what is written at once.
  expect(json.length).toBeGreaterThan(100_000);
  expect((JSON.parse(json) as { file: string }[]).map(({ file }) => file).sort()).toEqual(names);

  const details = await planOf('--details');
  expect(details).toMatch(/^250 files: 25 unchanged, 225 refused\n\nTYPE /);
  expect([...details.matchAll(/^(\S+\.json) \S+: /gm)].map(([, name]) => name).sort()).toEqual(names);
});
