/** Contexts that differ, or are not there. */
import { CONTEXT_20, type Planted, useCheckedSite } from '../../../harness/checked-site.ts';

const checked = useCheckedSite();
const { site, look } = checked;

it.each<Planted>([
  [
    'a context with another name',
    () => site.ox.seed({ contexts: { 20: { name: 'other', maxQuota: 5 } } }),
    [`differs 20 ${CONTEXT_20.dn}`],
    /^2 fields differ: name, maxQuota/,
  ],
  [
    'a context that is gone',
    () => site.ox.drift({ deleteContext: { context: 20 } }),
    ['context-missing 20', `missing 20 ${CONTEXT_20.dn}`],
    /^OX has no context 20, a context of contexts\.json: Create the context, or remove its entry from contexts\.json \(DEFAULT_CONTEXT: correct the setting\)\.$/m,
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});

it('says of the default context that it is that, where OX has none of its number', async () => {
  const [found] = await look({ environment: { DEFAULT_CONTEXT: '77' } });
  expect(found).toMatchObject({
    kind: 'context-missing',
    message: 'OX has no context 77, the default context',
    remedy: expect.stringContaining('DEFAULT_CONTEXT: correct the setting'),
  });
});
