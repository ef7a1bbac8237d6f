/** What OX refuses for a while only is repeated, a bounded number of times; all else is not. */
import { Stopped } from '../../../lib/errors/stopped.ts';
import { createPause } from '../../../lib/ox/pause.ts';
import { aContext, aUser } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const CONFLICT = 'User update conflict: Another process is currently modifying user data. Please try again later.';
const refusing = (service: string, operation: string, text: string, times: number) =>
  site.ox.rules([{ match: { service, operation }, action: { fault: { exception: 'StorageException', text } }, times }]);

it('a user update conflict is waited for', async () => {
  await refusing('OXUserService', 'createByModuleAccess', CONFLICT, 2);
  const { calls, pauses } = await site.apply(aUser('anna'));
  expect(calls).toHaveLength(3);
  expect(pauses).toEqual([1000, 3000]);
  expect(await site.user('anna')).toBeDefined();
});

it('and ends the run when it does not end: the file stays', async () => {
  await refusing('OXUserService', 'createByModuleAccess', CONFLICT, 9);
  const { failure, pauses, waiting, parked } = await site.stopsAt(aUser('anna'));
  expect(failure.nature).toBe('everything');
  expect(pauses).toEqual([1000, 3000, 9000]);
  expect([waiting.length, parked.length]).toEqual([1, 0]);
});

it('a creation that is refused with FLD-0038 is waited for', async () => {
  await refusing('OXContextService', 'create', "FLD-0038 Categories=ERROR Message='Duplicate entry'", 1);
  const { pauses } = await site.apply(aContext(30));
  expect(pauses).toEqual([5000]);
  expect((await site.context(30)).name).toBe('context30');
});

it('any other refusal is not repeated', async () => {
  await refusing('OXUserService', 'createByModuleAccess', 'Lock wait timeout exceeded', 9);
  expect((await site.stopsAt(aUser('anna'))).pauses).toEqual([]);
});

it('a signal ends a wait', async () => {
  let isStopped = false;
  const pause = createPause({ isStopped: () => isStopped, announce: () => undefined });
  const waiting = pause(60_000, 'for nothing');
  isStopped = true;
  await expect(waiting).rejects.toThrow(Stopped);
});
