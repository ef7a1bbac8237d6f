/** What a run that was cut off at its end has left to be done, where no other file waits. */
import { asConnectorError } from '../lib/errors/connector-error.ts';
import { openLastStates } from '../lib/memory/last-state.ts';
import { openMemory } from '../lib/memory/memory.ts';
import { openInbox } from '../lib/queue/inbox.ts';
import { openParking } from '../lib/queue/parking.ts';
import { forgetFormerDns } from '../lib/run/former-dns.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import type { Frame } from './frame.ts';
import { identifiersOf } from './identifiers.ts';

/** A failure is told, and is no reason for a run with nothing to do to fail: one that has something to do says it again. */
export function tidy({ settings, directory, log }: Frame): void {
  const memory = openMemory(directory, openLastStates(directory, envelopeMistakes), identifiersOf(settings));
  try {
    forgetFormerDns(memory, openParking(openInbox(directory, envelopeMistakes)));
  } catch (error) {
    const { message, remedy } = asConnectorError(error);
    log.warning('not as wished', { reason: `${message}. ${remedy}` });
  } finally {
    memory.close();
  }
}
