/** What stands in the way on this side: a change that stops the queue, files that are not as they must be, parked ones. */

import { ConnectorError } from '../errors/connector-error.ts';
import { counted } from '../errors/printable.ts';
import { ifThere } from '../files/durable.ts';
import { describeAside } from '../queue/describe.ts';
import type { Inbox, ObjectCheck } from '../queue/inbox.ts';
import { groupByReason } from '../queue/selection.ts';
import { readFailure } from '../status/status.ts';
import { type Finding, finding } from './finding.ts';

const MOST_NAMED = 20;

interface QueueDeps {
  readonly inbox: Inbox;
  readonly mistakesIn: ObjectCheck;
}

export function* checkQueue({ inbox, mistakesIn }: QueueDeps, now: Date): Generator<Finding> {
  const failure = readFailure(inbox, now);
  if (failure !== null) {
    const { errors, filename, message, remedy, since } = failure;
    const found = finding('queue-stuck', `${counted(errors, 'run')} in a row failed, since ${since}: ${message}`, {
      ...(filename === '' ? {} : { object: filename }),
    });
    yield remedy === '' ? found : { ...found, remedy };
  }
  yield* waiting(inbox, mistakesIn);
  for (const { reason, remedy, files } of groupByReason(describeAside(inbox, 'parked', mistakesIn, now))) {
    const [first] = files;
    const [one, count] = [first?.dn || first?.name || '', counted(files.length, 'file')];
    const found = finding('parked', `${count} parked, ${one} among them: ${reason || 'no reason is known'}`);
    yield remedy === '' ? found : { ...found, remedy };
  }
}

function* waiting(inbox: Inbox, mistakesIn: ObjectCheck): Generator<Finding> {
  // A directory that is not there is told of elsewhere, where there should be one.
  const names = ifThere(() => inbox.list()) ?? [];
  let invalid = 0;
  for (const name of names) {
    const mistakes = mistakesOf(inbox, name, mistakesIn);
    if (mistakes !== '') {
      invalid += 1;
      if (invalid <= MOST_NAMED) {
        yield finding('queue-invalid', mistakes, { object: inbox.path(name) });
      }
    }
  }
  if (invalid > MOST_NAMED) {
    yield finding('queue-invalid', `and ${invalid - MOST_NAMED} more: listener_trigger queue list --invalid`);
  }
  if (names.length > 0) {
    const message = `${counted(names.length, 'file')} waiting: what differs may be on its way already`;
    yield finding('waiting', message);
  }
}

/** Empty: none, or the file is gone. */
function mistakesOf(inbox: Inbox, name: string, mistakesIn: ObjectCheck): string {
  try {
    const envelope = inbox.read(name);
    return envelope === null || envelope.object === null
      ? ''
      : mistakesIn(envelope.udm_object_type, envelope.object).join('; ');
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'QUEUE_FILE_INVALID') {
      return error.message;
    }
    throw error;
  }
}
