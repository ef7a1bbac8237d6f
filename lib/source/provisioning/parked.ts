/** Messages that were set aside, read anew: what could not be used may have a remedy by now. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import { type EnvelopeCheck, type Inbox, parseJson, readRegularFile } from '../../queue/inbox.ts';
import type { ParkedFiles } from '../../queue/parking.ts';
import { isNumbered, type MessageCheck, readMessage } from './message.ts';

/** false: it stays. Else it is a file of the queue now, at its place. */
export function reread(
  inbox: Inbox,
  parking: ParkedFiles,
  name: string,
  checkMessage: MessageCheck,
  checkEnvelope: EnvelopeCheck,
): boolean {
  const message = readParked(parking.path(name));
  const reading = message === null ? null : readMessage(message, checkMessage);
  if (reading?.kind !== 'change' || checkEnvelope(reading.envelope).length > 0) {
    return false;
  }
  inbox.add(reading.envelope, name);
  parking.remove(name);
  return true;
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
