/** Steps of a directory's life. Each resolves against the directory as it is, so that every list of steps is a valid history. */
import type { QueueFile } from '../harness/objects.ts';
import { type Choice, type Effects, pick } from './choice.ts';
import type { Directory } from './directory.ts';
import { OBJECT_STEPS } from './object-steps.ts';
import { USER_STEPS } from './user-steps.ts';

/** Their order is that in which a seed finds them. */
export const EFFECTS: Effects = {
  ...USER_STEPS,
  'id changed': { weight: 4, effect: changeId },
  'former id deleted': { weight: 2, effect: deleteFormer },
  ...OBJECT_STEPS,
};

/** A site changes from entryUUID to univentionObjectIdentifier; the deletion of the former id comes at once, later or never. */
function changeId(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const object = pick(
    directory.all().filter(([, id]) => directory.firstId(id) === id),
    a,
  );
  if (object === undefined) return [];
  const [kind, former] = object;
  const deletion = directory.deletionOf(kind, former);
  const file = directory.fileOf(kind, directory.changeId(kind, former, b % 2 === 0), c);
  return b % 3 === 0 ? [file, deletion] : [file];
}

/** Somebody else may have its DN by now. */
function deleteFormer(directory: Directory, { a }: Choice): QueueFile[] {
  const alive = new Set(directory.all().map(([, id]) => id));
  const former = pick(
    directory.formers.filter(({ id }) => alive.has(id)),
    a,
  );
  return former ? [former.former] : [];
}
