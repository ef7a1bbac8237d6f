/** What Kubernetes is told of `follow`: alive while it beats, ready while the Provisioning API answers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beat, notLive, notReady } from '../../../lib/status/probes.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const after = (seconds: number) => new Date(Date.now() + seconds * 1000);
const record = (fields: object) => writeFileSync(join(folder(), '.provisioning'), JSON.stringify(fields));

it('is alive while it beats', () => {
  expect(notLive(folder(), new Date())).toBe('follow has not been started on this data directory');
  beat(folder());
  expect(notLive(folder(), after(115))).toBe('');
  expect(notLive(folder(), after(300))).toMatch(/^the last heartbeat of follow is (?:299|300) seconds old$/);
});

it('is ready while the service answers, and says why not', () => {
  expect(notReady(folder(), new Date())).toBe('the Provisioning API has not answered so far');
  record({ problem: 'not let in' });
  expect(notReady(folder(), new Date())).toBe('the Provisioning API has not answered so far: not let in');
  record({ lastPoll: new Date().toISOString() });
  expect(notReady(folder(), new Date())).toBe('');
  expect(notReady(folder(), after(300))).toMatch(
    /^the last good answer of the Provisioning API is (?:299|300) seconds old$/,
  );
  record({ lastPoll: new Date().toISOString(), prefillStatus: 'failed' });
  expect(notReady(folder(), new Date())).toBe('the prefill of the subscription has failed');
});
