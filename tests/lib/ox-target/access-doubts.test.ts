/** Whose rights OX may have been told anew without our knowing (docs/adr/0014-rights-told-last.md). */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AccessDoubts } from '../../../lib/ox-target/access-doubts.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const path = (): string => join(folder(), '.access-doubts');

const ANNA = 'aaaaaaaa-0000-4000-8000-000000000001';
const BERT = 'aaaaaaaa-0000-4000-8000-000000000002';

/** `leaves` false: it is killed. */
function inRun(act: (doubts: AccessDoubts) => void, leaves = true): void {
  const doubts = new AccessDoubts(folder());
  act(doubts);
  if (leaves) {
    doubts.close();
  }
}

it('there are none, and no file, where no other rights were told', () => {
  inRun((doubts) => {
    expect(doubts.isOpen(ANNA)).toBe(false);
    doubts.end(ANNA);
  });
  expect(existsSync(path())).toBe(false);
});

it('one lasts until it is ended, however the id is spelled, and is for the owner alone', () => {
  inRun((doubts) => {
    doubts.begin(ANNA.toUpperCase());
    expect([doubts.isOpen(ANNA), doubts.isOpen(BERT)]).toEqual([true, false]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    doubts.end(ANNA);
    expect(doubts.isOpen(ANNA.toUpperCase())).toBe(false);
  });
  expect(existsSync(path())).toBe(false);
});

it.each([true, false])('one lasts over runs, also where a run was killed (%s: it was not)', (leaves) => {
  inRun((doubts) => {
    doubts.begin(ANNA);
    doubts.begin(BERT);
    doubts.end(BERT);
  }, leaves);
  inRun((doubts) => expect([doubts.isOpen(ANNA), doubts.isOpen(BERT)]).toEqual([true, false]));
  inRun((doubts) => doubts.end(ANNA));
  expect(existsSync(path())).toBe(false);
});

it('one that is begun again is written once', () => {
  inRun((doubts) => doubts.begin(ANNA));
  const once = readFileSync(path(), 'utf8');
  inRun((doubts) => doubts.begin(ANNA));
  expect(readFileSync(path(), 'utf8')).toBe(once);
});

it('a line that was torn off tells of nothing: OX was not asked yet', () => {
  inRun((doubts) => doubts.begin(ANNA));
  appendFileSync(path(), `{"key":"${BERT}","ent`);
  inRun((doubts) => {
    expect([doubts.isOpen(ANNA), doubts.isOpen(BERT)]).toEqual([true, false]);
    doubts.begin(BERT);
  });
  inRun((doubts) => expect([doubts.isOpen(ANNA), doubts.isOpen(BERT)]).toEqual([true, true]));
});
