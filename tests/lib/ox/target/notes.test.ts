/** What is noted with a last state while OX works on its object: durably, once, and beside all else. */
import { openLastStates } from '../../../../lib/memory/last-state.ts';
import { type Memory, openMemory } from '../../../../lib/memory/memory.ts';
import type { Envelope } from '../../../../lib/model/change.ts';
import { forgetAccess, forgetOxId, rememberPlace } from '../../../../lib/ox/target/notes.ts';
import { envelopeMistakes } from '../../../../lib/validate/envelope.ts';
import { aUser } from '../../../harness/objects.ts';
import { freshFolder } from '../../../harness/temporary.ts';

const folder = freshFolder();
let memory: Memory;
beforeEach(() => {
  memory = openMemory(folder(), openLastStates(folder(), envelopeMistakes));
});
afterEach(() => memory.close());

const KNOWN = { oxDbId: 7, oxDbUsername: 'anna', oxDbContext: 10, oxDbAccess: { webmail: true } };
const { id } = aUser('anna');
const put = (more = {}): void => memory.put(aUser('anna', { ...KNOWN, ...more }) as Envelope);
/** As another process finds it. */
const written = () => openLastStates(folder(), envelopeMistakes).read(id)?.object;

it('a further place, once, beside those that are noted already', () => {
  const [there, elsewhere] = [20, 30].map((context) => ({ context, name: 'anna', oxId: null }));
  put();
  for (const place of [there, elsewhere, there]) {
    rememberPlace(id, place as NonNullable<typeof place>, memory);
  }
  expect(written()).toEqual({ ...aUser('anna', KNOWN).object, oxDbLeft: [there, elsewhere] });
});

it('that the id is not what is remembered, nor what was known by it', () => {
  put();
  forgetOxId(id, memory);
  const { oxDbId: _, oxDbAccess: __, ...rest } = KNOWN;
  expect(written()).toEqual(aUser('anna', rest).object);
});

it('that nobody knows which access OX has', () => {
  put();
  forgetAccess(id, memory);
  const { oxDbAccess: _, ...rest } = KNOWN;
  expect(written()).toEqual(aUser('anna', rest).object);
});

it('nothing with an object that is not remembered', () => {
  rememberPlace(id, { context: 20, name: 'anna', oxId: null }, memory);
  forgetOxId(id, memory);
  forgetAccess(id, memory);
  expect(memory.ids()).toEqual([]);
});
