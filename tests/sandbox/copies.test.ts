/** OXUserCopyService. */

import { textIn } from './raw.ts';
import { ANNA, COPY, CTX, useOx } from './trial.ts';

const ox = useOx();

describe('copying users', () => {
  it('copies without groups, once', async () => {
    await ox.sandbox.seed({ contexts: { '11': {} } });
    const args = { user: { id: ANNA }, src: CTX, dest: { id: 11 } };
    const { body } = await ox.call(COPY, 'copyUser', args);
    expect(textIn(body, 'id')).toBe('3');
    const { contexts } = await ox.sandbox.state();
    expect(contexts['11']?.users[0]).toMatchObject({ name: 'anna', password: 'annas' });
    expect(contexts['11']?.groups[0]?.members).toEqual([2]);
    expect(contexts['10']?.users).toHaveLength(2);

    expect((await ox.call(COPY, 'copyUser', args)).exception).toBe('StorageException');
    const named = { ...args, user: { id: ANNA, name: 'anna' } };
    expect((await ox.call(COPY, 'copyUser', named)).fault).toBe('User anna already exists in context 11');
    expect((await ox.call(COPY, 'copyUser', { ...args, dest: { id: 77 } })).fault).toBe(
      'The context 77 does not exist!',
    );
    await ox.noViolations();
  });
});
