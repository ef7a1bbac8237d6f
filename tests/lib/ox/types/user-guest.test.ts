/** A new user whose mail address the recipient of a share has (docs/adr/0011-newer-servers.md). */
import { aUser } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const creations = async (): Promise<string[]> =>
  (await site.ox.calls({ service: 'OXUserService' }))
    .filter(({ operation }) => operation.startsWith('create'))
    .map(({ operation, body }) => (body?.includes('convertguest') ? `${operation} convertguest` : operation));

beforeEach(() => site.ox.seed({ contexts: { 10: { guests: ['anna@example.org'] } } }));

it('takes the guest over where OX can do that', async () => {
  await site.ox.options({ convertGuest: true });

  const { waiting } = await site.apply(aUser('anna'), aUser('bert'));

  expect(waiting).toEqual([]);
  expect(await site.user('anna')).toMatchObject({ primaryEmail: 'anna@example.org' });
  expect(await site.user('bert')).toBeDefined();
  const [first = '', ...rest] = await creations();
  expect(rest.filter((each) => each.includes('convertguest'))).toHaveLength(1);
  expect(first).not.toContain('convertguest');
});

it('is refused where OX cannot, and no such server gets the parameter', async () => {
  const { failure } = await site.stopsAt(aUser('anna'));

  expect(failure).toMatchObject({ code: 'OX_REFUSED', message: expect.stringMatching(/guest/i) });
  expect((await creations()).filter((each) => each.includes('convertguest'))).toEqual([]);
});
