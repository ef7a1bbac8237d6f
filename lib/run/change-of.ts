/** The change that a file of the queue stands for: what the object was, and what it is to be. Validated here, once. */
import { type Change, type Envelope, withoutLearnt } from '../model/change.ts';
import { type ObjectCheck, refuse } from '../queue/inbox.ts';

const CORRECT_OBJECT =
  'Correct the object in UDM and save it: the newer file takes the place of this one. Or correct the file.';

/** `before`: the last state. Throws QUEUE_FILE_INVALID. */
export function changeOf(
  envelope: Envelope,
  before: Envelope | null,
  { path, writtenIn }: { readonly path: string; readonly writtenIn: string },
  check: ObjectCheck,
): Change {
  const type = envelope.udm_object_type;
  if (before !== null && before.udm_object_type !== type) {
    const mistake = `/udm_object_type: found ${type}, but this id belongs to a ${before.udm_object_type}`;
    throw refuse(path, [mistake], CORRECT_OBJECT);
  }
  const after = envelope.object && withoutLearnt(envelope.object);
  const mistakes = after === null ? [] : check(type, after);
  if (mistakes.length > 0) {
    throw refuse(path, mistakes, CORRECT_OBJECT);
  }
  return {
    id: envelope.id,
    type,
    dn: envelope.dn,
    before: before?.object ?? null,
    formerDn: before?.dn ?? null,
    after,
    writtenIn,
  };
}
