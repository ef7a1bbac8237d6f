/** Messages as the listener and the prefill make them, of the queue files that the converter would have written. */
import type { QueueFile } from '../../harness/objects.ts';
import type { Published } from './queue.ts';

/** LDAP's id of the object, which a prefill tells beside its univentionObjectIdentifier. */
interface Ids {
  readonly entryUUID?: string;
}

type Side = Readonly<Record<string, unknown>>;

const NOTHING: Side = {};

function sideOf(file: QueueFile | null, id: string, ids: Ids & { readonly isPrefill: boolean }): Side {
  if (file?.object == null) {
    return NOTHING;
  }
  const name = String(file.object.username ?? file.object.name ?? '');
  return {
    dn: file.dn,
    objectType: file.udm_object_type,
    id: ids.isPrefill ? name : id,
    ...(ids.isPrefill ? { uuid: ids.entryUUID ?? file.id } : {}),
    position: file.dn.replace(/^[^,]*,/, ''),
    properties: { univentionObjectIdentifier: file.id, ...file.object },
    options: {},
    policies: {},
  };
}

function message(publisher: string, file: QueueFile, old: Side, now: Side): Published {
  return {
    publisher_name: publisher,
    ts: '2026-11-28T10:00:00.000001',
    realm: 'udm',
    topic: file.udm_object_type,
    body: { old, new: now },
  };
}

/** A change as it happens; `before` null: the object is new. */
export function live(before: QueueFile | null, after: QueueFile | null): Published {
  const file = after ?? before;
  if (file === null) {
    throw new Error('a message needs an object');
  }
  const about = { isPrefill: false };
  return message('udm-listener', file, sideOf(before, file.id, about), sideOf(after, file.id, about));
}

export function prefilled(file: QueueFile, ids: Ids = {}): Published {
  return message('udm-pre-fill', file, NOTHING, sideOf(file, file.id, { ...ids, isPrefill: true }));
}
