/** What is told about the queue while others work on it. */
import { openInbox } from '../../../lib/queue/inbox.ts';
import { openLastStates } from '../../../lib/queue/last-state.ts';
import { readStatus } from '../../../lib/status/status.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser } from '../../harness/objects.ts';
import { makeWorkplace } from '../../harness/workplace.ts';

it('does not count a file that goes while it looks as one that cannot be read', () => {
  const place = makeWorkplace('http://127.0.0.1:1');
  try {
    const [going = ''] = place.drop(aUser('anna'), aUser('bert'));
    const inbox = openInbox(place.queue, envelopeMistakes);
    const busy: typeof inbox = {
      ...inbox,
      read: (name) => {
        if (name === going) {
          inbox.remove(name);
        }
        return inbox.read(name);
      },
    };
    expect(readStatus(busy, openLastStates(place.queue, envelopeMistakes), new Date())).toMatchObject({
      waiting: { 'users/user': 1 },
      waitingTotal: 1,
    });
  } finally {
    place.remove();
  }
});
