/** Calls that OX must never get two of at once, and none after one without an answer (docs/ox.md, "Copying users"). */
import { ConnectorError } from '../../../../lib/errors/connector-error.ts';
import { OxFault } from '../../../../lib/ox/soap/fault.ts';
import { OneByOne } from '../../../../lib/ox/soap/one-by-one.ts';

const later = () => new Promise((done) => setTimeout(done, 5));

it('the next one starts when the last one has been answered, in order', async () => {
  const calls = new OneByOne();
  const log: string[] = [];
  const act = (name: string) => async () => {
    log.push(`${name} starts`);
    await later();
    log.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all(['a', 'b', 'c'].map((name) => calls.next(act(name))))).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} starts`, `${name} ends`]));
});

it('a refusal is an answer', async () => {
  const calls = new OneByOne();
  const refused = new ConnectorError('OX_REFUSED', 'refused', { cause: new OxFault('no', 'InvalidDataException') });
  await expect(calls.next(() => Promise.reject(refused))).rejects.toBe(refused);
  expect(await calls.next(async () => 'b')).toBe('b');
});

it('after one without an answer there is no other: OX may still be at it', async () => {
  const calls = new OneByOne();
  const lost = new ConnectorError('OX_TIMEOUT', 'no answer');
  const first = calls.next(() => later().then(() => Promise.reject(lost)));
  let started = false;
  const second = calls.next(async () => {
    started = true;
  });
  await expect(first).rejects.toBe(lost);
  await expect(second).rejects.toBe(lost);
  expect(started).toBe(false);
});
