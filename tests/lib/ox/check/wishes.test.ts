/** What last states want of OX, context by context: what cannot be planned is left out. */
import { openParts } from '../../../../bin/parts.ts';
import { ConnectorError } from '../../../../lib/errors/connector-error.ts';
import { openMemoryForLooking } from '../../../../lib/memory/memory.ts';
import { planned, wishesOf } from '../../../../lib/ox/check/wishes.ts';
import { readSettings } from '../../../../lib/settings/settings.ts';
import { objectMistakes } from '../../../../lib/validate/objects.ts';
import { aGroup, aResource, aUser, type QueueFile } from '../../../harness/objects.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../../harness/workplace.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:9', temporaryFolder());
});
afterEach(() => place.remove());

function wanted(type: 'oxresources/oxresources' | 'groups/group', ...files: readonly QueueFile[]) {
  files.forEach(place.remember);
  const settings = readSettings({ OX_SOAP_SERVER: 'http://127.0.0.1:9', OX_MASTER_PASSWORD: 'x' }, place.data);
  const parts = openParts(settings, place.queue);
  const known = openMemoryForLooking(parts.lastStates);
  const looking = { lookAgain: () => known, mistakesIn: objectMistakes, withAccess: false, progress: () => undefined };
  const registry = parts.registry(known);
  try {
    return wishesOf<{ readonly context: number; readonly name: string }, unknown>(type, registry[type] as never, {
      ...parts,
      ...looking,
      settings,
      known,
    });
  } finally {
    known.close();
    parts.client.close();
  }
}

it('are told by context, each with its object', () => {
  const [room, hall] = [aResource('room'), aResource('hall', { description: 'a\u0001' })];
  const wishes = wanted('oxresources/oxresources', room, hall);
  expect(wishes.at(10)).toMatchObject([{ id: room.id, dn: room.dn, place: { context: 10, name: 'room' } }]);
  expect(wishes.at(20)).toEqual([]);
  expect(wishes.all).toEqual(wishes.at(10));
});

it('leave open what becomes of a group none of whose members is known where it is', () => {
  const group = aGroup('Sales', ['anna'], { oxDbContexts: [10], oxDbGroupname: 'Sales' });
  const unknownMember = wanted('groups/group', aUser('anna'), group);
  expect(unknownMember.at(10)).toEqual([]);
  expect([unknownMember.isUndecided(10, 'SALES'), unknownMember.isUndecided(10, 'team')]).toEqual([true, false]);
});

it('are none of what cannot be provisioned, and any other failure is one', () => {
  const failing = (code: 'PROPERTY_INVALID' | 'LAST_STATE_BROKEN') => () =>
    planned(() => {
      throw new ConnectorError(code, 'no');
    });
  expect(planned(() => 1)).toBe(1);
  expect(failing('PROPERTY_INVALID')()).toBeNull();
  expect(failing('LAST_STATE_BROKEN')).toThrow('no');
});
