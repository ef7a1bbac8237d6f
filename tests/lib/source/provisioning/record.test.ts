/** The record of fetching: one that somebody has damaged is none, whatever is wrong with it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecord, readFetchRecord } from '../../../../lib/source/provisioning/record.ts';
import { freshFolder } from '../../../harness/temporary.ts';

const folder = freshFolder();

const PREFILL = { id: 'a', isWhole: true, isOver: true };

it('reads what was noted', () => {
  const prefill = { ...PREFILL, leftOver: { count: 1, objects: [{ id: 'b', dn: 'uid=b' }] } };
  openRecord(folder()).noteDurably({ lastNumber: 7, prefill });
  expect(readFetchRecord(folder())).toMatchObject({ lastNumber: 7, firstNumber: null, problem: '', prefill });
});

it.each<[string, unknown]>([
  ['no object', 7],
  ['a number that is a text', { lastNumber: '7' }],
  ['a text that is a number', { problem: 7 }],
  ['a prefill that is a text', { prefill: 'done' }],
  ['left-over objects that are a number', { prefill: { ...PREFILL, leftOver: 7 } }],
  ['left-over objects without a list', { prefill: { ...PREFILL, leftOver: { count: 1 } } }],
  ['a left-over object without its DN', { prefill: { ...PREFILL, leftOver: { count: 1, objects: [{ id: 'b' }] } } }],
  ['a left-over object that is null', { prefill: { ...PREFILL, leftOver: { count: 1, objects: [null] } } }],
])('%s', (_what, content) => {
  writeFileSync(join(folder(), '.provisioning'), JSON.stringify(content));
  expect(readFetchRecord(folder())).toBeNull();
});
