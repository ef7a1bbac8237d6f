/** Resources: found by name in their context (docs/behaviour.md, "Resources"). */
import { aResource, changed, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const S = 'OXResourceService';
const [CREATE, CHANGE, DELETE, LOOK] = [`${S}.create`, `${S}.change`, `${S}.delete`, `${S}.getData`];

const beamer = aResource('beamer');
const names = async (context = 10) => (await site.context(context)).resources.map(({ name }) => name);
const resourceId = async (name: string) =>
  (await site.ox.state()).contexts['10']?.resources.find((resource) => resource.name === name)?.id;

describe('name, displayname, description, resourceMailAddress, oxContext', () => {
  it('at creation: one call', async () => {
    expect((await site.apply(beamer)).calls).toEqual([CREATE]);
    expect(await site.resource('beamer')).toMatchObject({
      displayname: 'The beamer',
      description: 'first floor',
      email: 'beamer@example.org',
    });
  });

  it.each([
    ['displayname', 'Beamer <2> & "Ä"', { displayname: 'Beamer <2> & "Ä"' }],
    ['displayname', '', { displayname: 'beamer' }],
    ['description', 'under the roof', { description: 'under the roof' }],
    ['description', '', { description: '' }],
    ['description', null, { description: '' }],
    ['description', ['one', 'two'], { description: 'one' }],
    ['resourceMailAddress', 'b2@example.org', { email: 'b2@example.org' }],
    ['resourceMailAddress', '', { email: '' }],
    ['resourceMailAddress', null, { email: '' }],
    ['oxContext', '10', {}],
  ])('a change of %s to %j: one call', async (property, value, fields) => {
    await site.apply(beamer);
    expect((await site.apply(changed(beamer, { [property]: value }))).calls).toEqual([CHANGE]);
    expect(await site.resource('beamer')).toMatchObject(fields);
  });

  it('OX has no new one without an address: refused with what to do', async () => {
    const { failure } = await site.stopsAt(aResource('beamer', { resourceMailAddress: '' }));
    expect(failure.message).toContain('Mandatory fields not set: [email]');
    expect(failure.remedy).toBe('OX has no resource without a mail address: set resourceMailAddress in UDM.');
  });

  it('one that lost its address is still brought up to date when the last state is not known', async () => {
    await site.apply(beamer);
    await site.apply(changed(beamer, { resourceMailAddress: '' }));
    site.place.forget(beamer.id);
    await site.apply(changed(beamer, { resourceMailAddress: '', description: 'new' }));
    expect(await site.resource('beamer')).toMatchObject({ email: '', description: 'new' });
  });

  it.each([
    ['name', 129, 128, 'characters'],
    ['displayname', 129, 128, 'characters'],
    ['resourceMailAddress', 257, 256, 'characters'],
    ['description', 65_536, 65_535, 'bytes'],
  ])('%s of %d is refused with its length and what OX stores', async (property, length, most, unit) => {
    const { failure, calls } = await site.stopsAt(aResource('beamer', { [property]: 'x'.repeat(length) }));
    expect(failure.code).toBe('PROPERTY_INVALID');
    expect(failure.message).toContain(
      `the property ${property} of ${beamer.dn} has ${length} ${unit}, OX stores at most ${most}`,
    );
    expect(calls).toEqual([]);
  });

  it('without a description', async () => {
    await site.apply(aResource('beamer', { description: '' }));
    expect(await names()).toEqual(['beamer']);
  });

  it.each([null, '', undefined])('without oxContext (%j): skip with a warning', async (oxContext) => {
    const { calls, warnings } = await site.apply(aResource('beamer', { oxContext }));
    expect(calls).toEqual([]);
    expect(warnings).toEqual(['it has no oxContext']);
  });

  it('one that lost its oxContext is still known when it is deleted', async () => {
    await site.apply(beamer);
    await site.apply(changed(beamer, { oxContext: null }));
    expect(await names()).toEqual(['beamer']);
    await site.apply(deleted(beamer));
    expect(await names()).toEqual([]);
  });
});

describe('found by name in the context', () => {
  it('a rename is a change', async () => {
    await site.apply(beamer);
    const id = await resourceId('beamer');

    const { calls } = await site.apply(changed(beamer, { name: 'projector' }));

    expect(calls).toEqual([LOOK, CHANGE]);
    expect(await names()).toEqual(['projector']);
    expect(await resourceId('projector')).toBe(id);
  });

  it.each([
    ['done already', { setResource: { context: 10, name: 'beamer', fields: { name: 'projector' } } }],
    ['of one that is gone', { deleteResource: { context: 10, name: 'beamer' } }],
  ])('a rename %s', async (_, drift) => {
    await site.apply(beamer);
    await site.ox.drift(drift);
    await site.apply(changed(beamer, { name: 'projector', description: 'new' }));
    expect(await names()).toEqual(['projector']);
    expect(await site.resource('projector')).toMatchObject({ description: 'new' });
  });

  it('deletion: one call', async () => {
    await site.apply(beamer);
    expect((await site.apply(deleted(beamer))).calls).toEqual([DELETE]);
    expect(await names()).toEqual([]);
  });
});

describe('context change', () => {
  it('creates in the new, then deletes in the old', async () => {
    await site.apply(beamer);
    const { calls } = await site.apply(changed(beamer, { oxContext: 20, name: 'projector' }));
    expect(calls).toEqual([CREATE, DELETE]);
    expect([await names(10), await names(20)]).toEqual([[], ['projector']]);
  });

  it('is a change where the new context has it already', async () => {
    await site.apply(beamer);
    await site.ox.seed({ contexts: { 20: { resources: [{ name: 'beamer', description: 'old' }] } } });
    await site.apply(changed(beamer, { oxContext: 20 }));
    expect([await names(10), await names(20)]).toEqual([[], ['beamer']]);
    expect(await site.resource('beamer', 20)).toMatchObject({ description: 'first floor' });
  });

  it.each(['before', 'after'] as const)('survives a crash %s the deletion', async (reset) => {
    await site.apply(beamer);
    await site.ox.rules([{ match: { service: S, operation: 'delete' }, action: { reset } }]);
    await site.stopsAt(changed(beamer, { oxContext: 20 }));
    await site.apply();
    expect([await names(10), await names(20)]).toEqual([[], ['beamer']]);
  });

  it('waits where the new context has no credentials', async () => {
    await site.apply(beamer);
    site.forgetCredentials(20);
    const { warnings } = await site.apply(changed(beamer, { oxContext: 20 }));
    expect(warnings).toEqual([expect.stringContaining('context 20')]);
    expect(await names()).toEqual(['beamer']);
    site.enterCredentials(20);
    await site.apply();
    expect([await names(10), await names(20)]).toEqual([[], ['beamer']]);
  });
});
