/** A look at the queue: what can be read, up to what cannot, and what came since. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { inOrder } from '../../../lib/queue/order.ts';
import { readAhead } from '../../../lib/queue/read-ahead.ts';
import { hasNews, type LookDeps, lookAtAll } from '../../../lib/run/look.ts';
import { Round } from '../../../lib/run/round.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, type QueueFile } from '../../harness/objects.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
let inbox: Inbox;
beforeEach(() => {
  inbox = openInbox(folder(), envelopeMistakes);
});

const drop = (name: string, file: QueueFile | string): void =>
  writeFileSync(join(folder(), name), typeof file === 'string' ? file : JSON.stringify(file));
const look = (more: Partial<LookDeps> = {}) =>
  lookAtAll({ inbox, files: readAhead(inbox), isStopped: () => false, setAside: null, ...more });
const namesOf = (files: readonly { readonly name: string }[]): string[] => files.map(({ name }) => name);
const roundOf = async (): Promise<Round> => new Round(inOrder((await look()).waiting, () => null));

it('finds all that waits, in order', async () => {
  drop('2.json', aUser('bert'));
  drop('1.json', aUser('anna'));
  const { waiting, obstacle, beyond } = await look();
  expect(waiting).toMatchObject([
    { name: '1.json', id: aUser('anna').id },
    { name: '2.json', id: aUser('bert').id },
  ]);
  expect([obstacle, beyond]).toEqual([null, []]);
});

describe('a file that cannot be read', () => {
  beforeEach(() => {
    drop('1.json', aUser('anna'));
    drop('2.json', '{');
    drop('3.json', aUser('bert'));
  });

  it('ends the list: nobody looks at what is beyond', async () => {
    const { waiting, obstacle, beyond } = await look();
    expect(namesOf(waiting)).toEqual(['1.json']);
    expect(obstacle).toMatchObject({ code: 'QUEUE_FILE_INVALID', path: join(folder(), '2.json') });
    expect(beyond).toEqual(['3.json']);
  });

  it('is set aside where the run is to go on, and all else is found', async () => {
    const aside: string[] = [];
    const { waiting, obstacle } = await look({ setAside: (name, { code }) => void aside.push(`${name} ${code}`) });
    expect(namesOf(waiting)).toEqual(['1.json', '3.json']);
    expect(obstacle).toBeNull();
    expect(aside).toEqual(['2.json QUEUE_FILE_INVALID']);
  });

  it('is no news, and what is beyond it neither', async () => {
    const { waiting, beyond } = await look();
    const round = new Round(inOrder(waiting, () => null));
    expect(hasNews(inbox, round, beyond)).toBe(false);
  });
});

it('hears a signal between files, many as they are', async () => {
  for (let at = 0; at < 600; at += 1) {
    drop(`${at}.json`, aUser('anna'));
  }
  expect((await look()).waiting).toHaveLength(600);
  expect((await look({ isStopped: () => true })).waiting.length).toBeLessThan(600);
});

it('takes what came since for news, but no mark of ours', async () => {
  drop('1.json', aUser('anna'));
  const round = await roundOf();
  expect(hasNews(inbox, round, [])).toBe(false);
  drop('2.json', { ...aUser('bert'), oxConnectorReprovision: true } as QueueFile);
  expect(hasNews(inbox, round, [])).toBe(false);
  drop('3.json', aUser('bert'));
  expect(hasNews(inbox, round, [])).toBe(true);
  expect(hasNews(inbox, round, ['3.json'])).toBe(false);
});
