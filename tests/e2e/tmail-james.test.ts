/** The queue with an Apache James and the default facets: it has no domain contacts, which is said, and holds nothing up. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser, changed } from '../harness/objects.ts';
import { finallyDo } from '../harness/serving.ts';
import { makeWorkplace } from '../harness/workplace.ts';
import { startStandIn } from '../sandbox/tmail/stand-in.ts';

it('is a warning, once in a run, with what to change', async () => {
  const james = await startStandIn({ token: 'a-token', hasContacts: false });
  finallyDo(() => james.stop());
  james.state.domains.add('example.org');
  const place = makeWorkplace('http://127.0.0.1:1');
  finallyDo(() => place.remove());
  writeFileSync(join(place.data, 'tmail.json'), JSON.stringify({ server: { url: james.url } }));
  const run = (...args: readonly string[]) =>
    place.run({ args, env: { OX_CONNECTOR_TARGET: 'tmail', TMAIL_TOKEN: 'a-token' } });
  const warnings = (stderr: string): number => stderr.split('Take "contact" out of facets in tmail.json').length - 1;
  const anna = aUser('anna');
  place.drop(anna, aUser('bert'));

  expect((await run('plan')).code).toBe(0);
  const first = await run();
  expect([first.code, warnings(first.stderr)]).toEqual([0, 1]);
  expect([...james.state.users.keys()].sort()).toEqual(['anna@example.org', 'bert@example.org']);
  expect(place.waiting()).toEqual([]);

  place.drop(changed(anna, { lastname: 'New' }));
  const second = await run();
  expect([second.code, warnings(second.stderr)]).toEqual([0, 1]);
  expect(james.state.identities.get('anna@example.org')?.[0]?.name).toContain('New');
  expect((await run('check')).code).toBe(0);
});
