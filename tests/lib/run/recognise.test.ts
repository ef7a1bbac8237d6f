/** What a file turns out to be about (docs/behaviour.md, "Ids that change"), and which later one takes its place. */

import { openLastStates } from '../../../lib/memory/last-state.ts';
import { type Memory, openMemoryForLooking } from '../../../lib/memory/memory.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { inOrder, summarize } from '../../../lib/queue/order.ts';
import { newerThan, recognise } from '../../../lib/run/recognise.ts';
import { Round } from '../../../lib/run/round.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, changed, deleted, idOf, type QueueFile, userDn } from '../../harness/objects.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../harness/workplace.ts';

let place: Workplace;
let memory: Memory | null;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
  memory = null;
});
afterEach(() => {
  memory?.close();
  place.remove();
});

/** All that waits; `reads` counts. */
function look() {
  const inbox = openInbox(place.queue, envelopeMistakes);
  memory = openMemoryForLooking(openLastStates(place.queue, envelopeMistakes));
  const reads: string[] = [];
  const counted: Inbox = {
    ...inbox,
    read: (name) => {
      reads.push(name);
      return inbox.read(name);
    },
  };
  const waiting = inbox.list().map((name) => summarize(name, inbox.read(name) as Envelope));
  const round = new Round(inOrder(waiting, () => null));
  return { round, reads, deps: { inbox: counted, memory } };
}

function recognised(at = 0) {
  const { round, deps } = look();
  const turn = round.turns[at];
  return turn && recognise(turn, round, deps.inbox.read, deps);
}

const renumbered = (file: QueueFile): QueueFile => ({ ...file, id: file.id.replace(/^b/, 'a') });

it.each<[string, QueueFile[], QueueFile, Record<string, unknown>]>([
  ['a new object', [], aUser('anna'), { what: 'change', identity: { before: null, isRenumbered: false } }],
  ['a known one', [aUser('anna')], aUser('anna'), { what: 'change', identity: { stateId: idOf('user', 'anna') } }],
  [
    'one under another id',
    [aUser('anna')],
    renumbered(aUser('anna')),
    { what: 'change', identity: { isRenumbered: true } },
  ],
  [
    'the deletion of what never was',
    [],
    deleted(aUser('anna')),
    { what: 'nothing to do', why: /^dropped, the object was never provisioned$/ },
  ],
  [
    'the deletion under an id that the object has no more',
    [changed(renumbered(aUser('anna')), { oxDbFormerIds: [aUser('anna').id] })],
    deleted(aUser('anna')),
    { what: 'nothing to do', why: /^dropped, the object has another id now$/ },
  ],
  [
    'a mark to provision again',
    [changed(aUser('anna'), { firstname: 'As it stands' })],
    { ...aUser('anna'), oxConnectorReprovision: true } as QueueFile,
    { what: 'change', envelope: { object: { firstname: 'As it stands' } } },
  ],
  [
    'a mark for a deletion that waits',
    [changed(aUser('anna'), { oxDbDeletion: true })],
    { ...aUser('anna'), oxConnectorReprovision: true } as QueueFile,
    { what: 'change', envelope: { object: null } },
  ],
  [
    'a note about what was dropped',
    [aUser('anna')],
    { ...aUser('anna'), oxConnectorReprovision: true, oxConnectorGivenUp: 'x.json' } as QueueFile,
    { what: 'note', dropped: 'x.json' },
  ],
])('recognises %s', (_what, states, file, { why, ...expected }) => {
  states.forEach(place.remember);
  place.drop(file);
  const found = recognised();
  expect(found).toMatchObject(expected);
  if (why instanceof RegExp) {
    expect(found).toMatchObject({ why: expect.stringMatching(why) });
  }
});

describe('the file that takes the place of a refused one', () => {
  it('is of the same object under another id, by its DN, LDAP’s id or where it was before', () => {
    const anna = renumbered(aUser('anna'));
    const origin = (fields: Record<string, unknown>): unknown => ({ provisioning: { publisher_name: 'x', ...fields } });
    for (const [strange, isFound] of [
      [anna, true],
      [{ ...anna, dn: userDn('elsewhere'), ...(origin({ entryUUID: aUser('anna').id }) as object) }, true],
      [{ ...anna, dn: userDn('elsewhere'), ...(origin({ formerDn: userDn('anna') }) as object) }, true],
      [{ ...anna, dn: userDn('elsewhere') }, false],
    ] as const) {
      place.clearQueue();
      place.remember(aUser('anna'));
      place.drop(aUser('anna'), aUser('bert'), strange as QueueFile);
      const { round, deps } = look();
      const [first, , last] = round.turns;
      expect([strange, first && newerThan(first, round, deps)]).toEqual([strange, isFound ? last : null]);
      memory?.close();
    }
  });

  it('of one that was never provisioned is that of who has its DN later, unless a number speaks against it', () => {
    for (const [uidNumber, isFound] of [
      ['2001', true],
      ['2002', false],
    ] as const) {
      place.clearQueue();
      place.drop(aUser('anna', { uidNumber: '2001' }), aUser('bert'), renumbered(aUser('anna', { uidNumber })));
      const { round, deps } = look();
      const [first, , last] = round.turns;
      expect([uidNumber, first && newerThan(first, round, deps)]).toEqual([uidNumber, isFound ? last : null]);
      memory?.close();
    }
  });

  it('does not come before it', () => {
    place.remember(aUser('anna'));
    place.drop(renumbered(aUser('anna')), aUser('anna'));
    const { round, deps } = look();
    expect(round.turns[1] && newerThan(round.turns[1], round, deps)).toBeNull();
  });

  it('is looked for in each file once, however many are refused', () => {
    const count = 60;
    const names = Array.from({ length: count }, (_, at) => `u${String(at).padStart(3, '0')}`);
    for (const name of names) {
      place.remember(aUser(name));
    }
    place.drop(...names.map((name) => aUser(name)), ...names.map((name) => aUser(`new${name}`)));
    const { round, reads, deps } = look();
    for (const turn of round.turns.slice(0, count)) {
      expect(newerThan(turn, round, deps)).toBeNull();
    }
    expect(reads).toHaveLength(count);
  });
});
