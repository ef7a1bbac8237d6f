/** What somebody may have meant. */
import { nearest } from '../../../lib/errors/suggestion.ts';

const VERBS = ['status', 'queue', 'plan', 'check', 'reprovision', 'credentials', 'mapping', 'cache', 'completion'];

it.each([
  ['stats', 'status'],
  ['queues', 'queue'],
  ['qeuue', 'queue'],
  ['Check', 'check'],
  ['reprovison', 'reprovision'],
  ['credential', 'credentials'],
  ['plna', 'plan'],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, VERBS)).toBe(meant);
});

it.each(['x', 'frobnicate', '', 'ls'])('does not know what %j may be', (word) => {
  expect(nearest(word, VERBS)).toBeNull();
});
