/** A file is read once where there is room, but never used when it is not the same any more. */
import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { readAhead } from '../../../lib/queue/read-ahead.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser } from '../../harness/objects.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();

function drop(name: string, user = aUser('anna')): void {
  writeFileSync(join(folder(), name), JSON.stringify(user));
}

/** Counts what is read from the disk. */
function counting(): Inbox & { readonly reads: string[] } {
  const inbox = openInbox(folder(), envelopeMistakes);
  const reads: string[] = [];
  return {
    ...inbox,
    reads,
    read: (name) => {
      reads.push(name);
      return inbox.read(name);
    },
  };
}

it('reads a file once', () => {
  drop('1.json');
  const inbox = counting();
  const ahead = readAhead(inbox);
  expect(ahead.look('1.json')).toEqual(aUser('anna'));
  expect(ahead.take('1.json')).toEqual(aUser('anna'));
  expect(inbox.reads).toEqual(['1.json']);
});

it('reads again what it had no room for, or has given away', () => {
  drop('1.json');
  drop('2.json');
  const inbox = counting();
  const ahead = readAhead(inbox, 1);
  for (const name of ['1.json', '2.json']) {
    ahead.look(name);
  }
  for (const name of ['1.json', '2.json', '1.json']) {
    expect(ahead.take(name)).toEqual(aUser('anna'));
  }
  expect(inbox.reads).toEqual(['1.json', '2.json', '2.json', '1.json']);
});

it.each([1, 1_000_000])('notices that a file was removed or changed since, with room for %d bytes', (room) => {
  for (const name of ['removed.json', 'changed.json']) {
    drop(name);
  }
  const ahead = readAhead(counting(), room);
  for (const name of ['removed.json', 'changed.json']) {
    ahead.look(name);
  }
  unlinkSync(join(folder(), 'removed.json'));
  drop('changed.json', aUser('anna', { title: 'Dr.' }));

  expect(ahead.take('removed.json')).toBeNull();
  expect(ahead.take('changed.json')).toEqual(aUser('anna', { title: 'Dr.' }));
});

it('tells whether a file is what was taken', () => {
  const ahead = readAhead(counting());
  for (const name of ['same.json', 'removed.json', 'changed.json']) {
    drop(name);
    ahead.look(name);
    ahead.take(name);
  }
  unlinkSync(join(folder(), 'removed.json'));
  drop('changed.json', aUser('bert'));
  const asTaken = ['same.json', 'removed.json', 'changed.json'].map((name) => ahead.isAsTaken(name));
  expect(asTaken).toEqual([true, true, false]);
});
