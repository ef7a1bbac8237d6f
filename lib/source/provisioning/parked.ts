/** Messages that were set aside, read anew: what could not be used may have a remedy by now. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import { type EnvelopeCheck, type Inbox, parseJson, readRegularFile } from '../../queue/inbox.ts';
import { isParkedMessage, type ParkedFiles } from '../../queue/parking.ts';
import { isNumbered, type MessageCheck, readMessage } from './message.ts';

/** Answers how many became files of the queue, at their places, and which ones stay. `isMeant`: the others are left alone. */
export function rereadParked(
  inbox: Inbox,
  parking: ParkedFiles,
  checkMessage: MessageCheck,
  checkEnvelope: EnvelopeCheck,
  isMeant: (name: string) => boolean = () => true,
): { read: number; stay: ReadonlySet<string> } {
  const stay = new Set<string>();
  let read = 0;
  for (const { name } of parking.list().filter((each) => isParkedMessage(each.name) && isMeant(each.name))) {
    const message = readParked(parking.path(name));
    const reading = message === null ? null : readMessage(message, checkMessage);
    if (reading?.kind === 'change' && checkEnvelope(reading.envelope).length === 0) {
      inbox.add(reading.envelope, name);
      parking.remove(name);
      read += 1;
    } else {
      stay.add(name);
    }
  }
  return { read, stay };
}

/** null: gone, or edited so that it is none any more. */
function readParked(path: string) {
  try {
    const bytes = readRegularFile(path, 64 * 1024 * 1024);
    const value = bytes && parseJson(bytes, path);
    return isNumbered(value) ? value : null;
  } catch (error) {
    if ((error as Partial<ConnectorError>).code !== 'QUEUE_FILE_INVALID') {
      throw error;
    }
    return null;
  }
}
