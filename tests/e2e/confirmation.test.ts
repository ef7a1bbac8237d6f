/** What is asked on a terminal before something is done, and what is typed there. */
import { aUser } from '../harness/objects.ts';
import { typeOnTerminal } from '../harness/pseudo-terminal.ts';
import { useScene } from '../harness/scene.ts';
import { ADMIN_10 } from '../sandbox/client.ts';

const scene = useScene();

const environment = () => ({ OX_CONNECTOR_DATA_DIR: scene.place.data, OX_SOAP_SERVER: scene.sandbox.url });

it.each([
  ['y\n', 0, '2 objects put into the queue', 2],
  ['Yes\n', 0, '2 objects put into the queue', 2],
  ['n\n', 64, 'nothing was done: not confirmed', 0],
  ['\n', 64, 'nothing was done: not confirmed', 0],
  ['\u0003', 64, 'nothing was done: not confirmed', 0],
  ['\u0004', 64, 'nothing was done: not confirmed', 0],
])('answered %j', async (answer, code, said, waiting) => {
  scene.place.drop(aUser('anna'), aUser('bert'));
  await scene.place.run();
  const question = 'Put 2 objects into the queue? [y/N] ';

  const told = await typeOnTerminal(['reprovision', '--all'], { environment: environment(), question, answer });

  expect(told).toEqual({ code, sent: expect.stringContaining(said) });
  expect(scene.place.waiting()).toHaveLength(waiting);
});

it('says how to confirm where nobody can answer', async () => {
  scene.place.drop(aUser('anna'), aUser('bert'));
  await scene.place.run();
  const { code, stderr } = await scene.place.run({ args: ['reprovision', '--all'] });
  expect(code).toBe(64);
  expect(stderr).toContain('nothing was done: this asks first, and there is nobody to answer: Put 2 objects');
  expect(stderr).toContain('What to do: Call it on a terminal, or add --yes.');
});

it('a password that is typed is not shown', async () => {
  const question = `Password of ${ADMIN_10.login}: `;
  const typed = (answer: string) =>
    typeOnTerminal(['credentials', 'set', '10'], { environment: environment(), question, answer });

  const right = await typed(`${ADMIN_10.password}\n`);
  const none = await typed('\n');
  const broken = [await typed('\u0003'), await typed('\u0004')];

  expect(right).toEqual({ code: 0, sent: expect.stringContaining('context 10: entered, OX accepts the login') });
  expect(right.sent).not.toContain(ADMIN_10.password);
  expect(none).toEqual({ code: 64, sent: expect.stringContaining('nothing was done: no password was given') });
  expect(broken).toEqual(
    [none, none].map(({ code }) => ({ code, sent: expect.stringContaining('no password was given') })),
  );
  expect(scene.place.credentials()['10']).toEqual({ adminuser: ADMIN_10.login, adminpass: ADMIN_10.password });
});
