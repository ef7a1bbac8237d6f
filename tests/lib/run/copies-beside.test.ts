/** Administrators keep copies of last states where those are: none of them is an object. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { aGroup, anAccount, aUser, changed, deleted, idOf, type QueueFile } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

function keepCopy({ id }: QueueFile): void {
  const old = join(site.place.queue, 'old');
  copyFileSync(join(old, `${id}.json`), join(old, `${id}-before.json`));
}

it('claims nothing, names nobody and is left as it is', async () => {
  const anna = aUser('anna');
  const group = aGroup('sales', ['anna']);
  const account = anAccount('info', ['anna']);
  await site.apply(anna, group, account);
  [anna, group, account].forEach(keepCopy);

  await site.apply(changed(anna, { username: 'hanna' }), changed(group, { name: 'sellers' }));
  await site.apply(deleted(account), deleted(group), deleted(anna));

  expect(await site.namesIn(10)).toEqual([]);
  expect(site.place.namesIn('old')).toEqual(
    [idOf('user', 'anna'), idOf('group', 'sales'), idOf('account', 'info')].map((id) => `${id}-before.json`).sort(),
  );
});
