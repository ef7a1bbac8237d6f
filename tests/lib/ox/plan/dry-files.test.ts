/** Credentials and profiles of a plan: as it would leave them, while the files stay as they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAccessProfiles } from '../../../../lib/ox/access-profiles.ts';
import { openCredentials } from '../../../../lib/ox/credentials/credentials.ts';
import { dryCredentials, dryProfiles } from '../../../../lib/ox/plan/dry-files.ts';
import { credentialsMistakes } from '../../../../lib/validate/files.ts';
import { freshFolder } from '../../../harness/temporary.ts';

const folder = freshFolder();
const login = (adminpass: string) => ({ adminuser: 'oxadmin', adminpass });

function lay(name: string, content: string): { readonly file: string; readonly isAsLaid: () => boolean } {
  const file = join(folder(), name);
  writeFileSync(file, content);
  return { file, isAsLaid: () => readFileSync(file, 'utf8') === content };
}

it('a login that was made is there, one that was removed is not, all others are those of the file', () => {
  const { file, isAsLaid } = lay('contexts.json', JSON.stringify({ 10: login('a'), 20: login('b') }));
  const master = { adminuser: 'oxadminmaster', adminpass: 'm' };
  const credentials = dryCredentials(openCredentials({ file, master, check: credentialsMistakes }));

  credentials.put(30, login('c'));
  credentials.remove(20);

  expect([10, 20, 30].map((context) => credentials.find(context))).toEqual([login('a'), null, login('c')]);
  expect([10, 30].map((context) => credentials.ofContext(context))).toEqual([login('a'), login('c')]);
  expect(isAsLaid()).toBe(true);
});

it('a profile that got another name is there under that only, one that was removed is not', () => {
  const { file, isAsLaid } = lay(
    'ModuleAccessDefinitions.properties',
    'mail=webmail\nall=webmail,calendar\ngone=tasks\n',
  );
  const profiles = dryProfiles(openAccessProfiles(file));

  profiles.put('post', ['webmail', 'contacts'], 'mail');
  profiles.remove('gone');

  const found = ['mail', 'post', 'all', 'gone'].map(
    (name) => profiles.find(name) && [...(profiles.find(name) ?? [])].sort(),
  );
  expect(found).toEqual([null, ['contacts', 'webmail'], ['calendar', 'webmail'], null]);
  expect(isAsLaid()).toBe(true);
});
