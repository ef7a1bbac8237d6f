/** Messages that were set aside, read anew: what could not be used may have a remedy by now. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import { type Inbox, parseJson, readRegularFile } from '../../queue/inbox.ts';
import { isParkedMessage, type ParkedFiles } from '../../queue/parking.ts';
import { isNumbered, type Numbered, readMessage } from './message.ts';

/** The prefill of its subscription: the file is all that is known of the message. */
const PREFILL_OF = 'oxConnectorPrefill';

export function asParked(message: Numbered, prefill: string): Numbered {
  return { ...message, [PREFILL_OF]: prefill };
}

/** false: it stays. Else it is a file of the queue now, at its place. */
export function reread(inbox: Inbox, parking: ParkedFiles, name: string): boolean {
  const message = readParked(parking.path(name));
  const prefill = message?.[PREFILL_OF];
  const marks = { prefill: typeof prefill === 'string' ? prefill : null };
  const reading = message === null ? null : readMessage(message, marks);
  if (reading?.kind !== 'change') {
    return false;
  }
  inbox.add(reading.envelope, name);
  parking.remove(name);
  return true;
}

/** Whether messages that nobody could use speak of an object: they name it, by id or by DN. */
export function namedByParked(parking: Pick<ParkedFiles, 'names' | 'path'>): (id: string, dn: string) => boolean {
  const texts = parking
    .names()
    .filter(isParkedMessage)
    .map((name) => JSON.stringify(readParked(parking.path(name))).toLowerCase());
  return (id, dn) => {
    const words = [id, JSON.stringify(dn)].map((word) => word.toLowerCase());
    return texts.some((text) => words.some((word) => text.includes(word)));
  };
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
