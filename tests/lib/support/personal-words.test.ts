/** What in some texts is known to be about people. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { personalWords } from '../../../lib/support/personal-words.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();

it('finds words of values in the queue, in last states and in what was set aside, in the texts', () => {
  for (const [directory, object] of Object.entries({
    '.': { firstname: 'Anna', oxAccess: 'premium' },
    old: { groups: ['cn=sales,dc=x'], nested: { key: 'Deep Value' } },
    parked: { phone: 4711 },
    dropped: { jpegPhoto: `photo ${'x'.repeat(3000)}` },
  })) {
    mkdirSync(join(folder(), directory), { recursive: true });
    writeFileSync(join(folder(), directory, '1.json'), JSON.stringify({ dn: 'uid=holder,dc=y', object }));
  }
  writeFileSync(join(folder(), 'broken.json'), '{');
  // To read it would wait for ever.
  execFileSync('mkfifo', [join(folder(), 'pipe.json')]);

  const text = 'Anna and bert of sales (4711), value premium, photo; holder';
  expect([...personalWords(folder(), [text])].sort()).toEqual(['4711', 'anna', 'holder', 'sales', 'value']);
});

it('learns from DNs and addresses in the texts themselves, also where there is no queue', () => {
  const texts = ['for uid=zoe.miller,dc=firm: no', 'mail to post@shop.example', 'Zoe Miller of the shop'];
  expect([...personalWords(null, texts)].sort()).toEqual(['example', 'firm', 'miller', 'post', 'shop', 'zoe']);
});
