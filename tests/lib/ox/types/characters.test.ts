/** Texts reach OX as they are, or are refused by the name of their property (docs/behaviour.md, "Texts"). */
import { aContext, aGroup, anAccount, aResource, aUser, changed, type QueueFile } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const bert = aUser('bert');

describe('any character XML can carry arrives unchanged', () => {
  const TEXTS = [
    'a & b &amp; &#65;',
    '<b>"x"</b> \'y\'',
    'äöüß ÄÖÜ éèñ',
    '🙂👩‍👩‍👧 𝔘𝔫𝔦',
    ']]> <![CDATA[ ]]>',
    'tab\there',
    'line\nbreak',
    'old mac\rand\r\nwindows',
    '  spaces  around  ',
    '\u0085 \u2028 \u00a0 \ufeff \ufffd',
    '中文 عربى עברית',
  ];

  it.each(TEXTS)('%j', async (text) => {
    await site.apply(
      aUser('anna', { title: text, displayName: text, oxNote: text }),
      aResource('beamer', { displayname: text, description: text }),
      anAccount('info', ['anna'], { name: text, personal: text }),
      aContext(30),
      // Only a rename may give it a name that is no login.
      changed(aContext(30), { name: `c ${text}` }),
    );

    expect(await site.user('anna')).toMatchObject({ title: text, display_name: text, note: text });
    expect(await site.resource('beamer')).toMatchObject({ displayname: text, description: text });
    expect(await site.accounts('anna')).toEqual([expect.objectContaining({ name: text, personal: text })]);
    expect((await site.context(30)).name).toBe(`c ${text}`);
    expect((await site.apply(aUser('anna', { title: text, displayName: text, oxNote: text }))).failure).toBeNull();
  });
});

describe("characters that XML 1.0 cannot carry are refused with the property's name", () => {
  const CARRIERS: readonly [string, string, (text: string) => QueueFile][] = [
    ['a user', 'title', (title) => aUser('anna', { title })],
    ['a user', 'username', (username) => aUser('anna', { username })],
    ['a user', 'mailPrimaryAddress', (mailPrimaryAddress) => aUser('anna', { mailPrimaryAddress })],
    ['a user', 'mailAlternativeAddress', (text) => aUser('anna', { mailAlternativeAddress: ['a@x.org', text] })],
    ['a group', 'name', (name) => aGroup('sales', ['bert'], { name })],
    [
      'a functional account',
      'mailPrimaryAddress',
      (mailPrimaryAddress) => anAccount('info', ['bert'], { mailPrimaryAddress }),
    ],
    ['a functional account', 'name', (name) => anAccount('info', ['bert'], { name })],
    ['a functional account', 'personal', (personal) => anAccount('info', ['bert'], { personal })],
    ['a resource', 'name', (name) => aResource('beamer', { name })],
    ['a resource', 'displayname', (displayname) => aResource('beamer', { displayname })],
    ['a resource', 'description', (description) => aResource('beamer', { description })],
    ['a resource', 'resourceMailAddress', (resourceMailAddress) => aResource('beamer', { resourceMailAddress })],
    ['a context', 'name', (name) => aContext(30, { name })],
  ];

  it.each(CARRIERS)('%s: %s', async (_, property, file) => {
    await site.apply(bert);
    const before = await site.ox.state();
    for (const text of ['a\u0000b', '\u0001', 'x\u001f', '\ufffe', '\uffff', '\ud83d', 'x\udc00x']) {
      const { failure } = await site.stopsAt(file(text));
      expect(failure.exitCode).toBe(65);
      expect(failure.message).toMatch(
        new RegExp(
          `the property ${property} of .* holds the character U\\+[0-9A-F]{4} at position \\d, which XML cannot carry$`,
        ),
      );
      expect(failure.remedy).toBe(
        `Correct ${property} in UDM; the change of the object then comes into the queue by itself.`,
      );
      site.place.clearQueue();
    }
    expect(await site.ox.state()).toEqual(before);
  });
});
