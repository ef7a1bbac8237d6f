/** What OX refuses for a while only is repeated, a bounded number of times; all else is not. */
import { Stopped } from '../../../../lib/errors/stopped.ts';
import { createClient } from '../../../../lib/ox/soap/client.ts';
import { patientClient } from '../../../../lib/ox/soap/patience.ts';
import { createPause } from '../../../../lib/ox/soap/pause.ts';
import { aContext, aUser } from '../../../harness/objects.ts';
import { finallyDo, serve } from '../../../harness/serving.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const SUBJECT = { object: 'x', login: '10' };
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

it.each([
  ['OXUserService', 'change', CONFLICT, ['OX is changing another user of the context']],
  ['OXContextService', 'create', 'FLD-0038 Duplicate entry', ['OX is still deleting the former context']],
  ['OXContextService', 'change', 'FLD-0038 Duplicate entry', []],
] as const)('says for what it waits: %s.%s', async (service, operation, text, expected) => {
  const fault = `<s:Fault><faultstring>${text}</faultstring><detail><StorageException/></detail></s:Fault>`;
  const { port } = await serve((response) => {
    const xml = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${fault}</s:Body></s:Envelope>`;
    response.writeHead(500, { 'Content-Type': 'text/xml' }).end(xml);
  });
  const settings = { soapServer: `http://127.0.0.1:${port}`, timeout: 5, connections: 1 };
  const reasons: string[] = [];
  const client = patientClient(
    createClient({ ...settings, readCertificates: () => '', secrets: () => [] }),
    async (_, reason) => void reasons.push(reason),
  );
  finallyDo(() => client.close());

  await expect(client.call(service, operation as never, {} as never, SUBJECT)).rejects.toThrow(text);

  expect([...new Set(reasons)]).toEqual(expected);
});

it('a wait is told, and a signal ends it', async () => {
  let isStopped = false;
  const told: string[] = [];
  const pause = createPause({ isStopped: () => isStopped, announce: (text) => void told.push(text) });
  const waiting = pause(60_000, 'for nothing');
  isStopped = true;
  await expect(waiting).rejects.toThrow(Stopped);
  expect(told).toEqual(['waiting 60.0 s: for nothing']);
});
