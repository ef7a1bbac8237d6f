/** What a run says at its end, a line each. */
import { tooManyDeletions } from '../../../../lib/tmail/sync/limit.ts';
import { type SyncReport, summaryOf } from '../../../../lib/tmail/sync/report.ts';

const REPORT: SyncReport = {
  entries: 9,
  created: 1,
  renamed: 2,
  removed: 3,
  changed: 4,
  unchanged: 5,
  refused: [],
  requests: 7,
  leftMail: ['anna@x.example'],
  failure: null,
  dryRun: false,
};
const COUNTS = '1 created, 2 renamed, 3 removed, 4 changed, 5 unchanged, 0 refused; 7 requests';

it.each([
  [false, `9 entries: ${COUNTS}`],
  [true, `9 entries: nothing was sent (dry run); it would be: ${COUNTS}`],
])('counts, and names mail that was left (dry run: %s)', (dryRun, counts) => {
  expect(summaryOf({ ...REPORT, dryRun })).toEqual([
    counts,
    'mail of anna@x.example was left on the server: the same person gets it back, somebody else only after: listener_trigger adopt anna@x.example',
  ]);
});

it('names fifty of the mailboxes that would be removed, and counts the others', () => {
  const going = Array.from({ length: 52 }, (_, n) => `a${n}`);
  const { message } = tooManyDeletions(going, 60, 20, { end: 'nothing was done', remedy: '' });
  expect(message).toMatch(/^52 of 60 .*, at most 20 may: nothing was done\. They are a0, .*, a49 and 2 more$/);
});
