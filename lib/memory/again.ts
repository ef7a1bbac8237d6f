/** Puts objects back into the queue as they were last provisioned: finding them, and the marked file. */
import { ifPossible } from '../errors/if-possible.ts';
import { type Envelope, type ObjectType, withoutLearnt } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import { readTexts } from '../model/udm.ts';
import type { Inbox } from '../queue/inbox.ts';
import { summarize } from '../queue/order.ts';
import type { LastStates } from './last-state.ts';

export interface Wish {
  /** DNs, ids, or names of users, groups and so on. */
  readonly objects: readonly string[];
  readonly type: ObjectType | null;
  readonly all: boolean;
  /** Only those that were skipped because their context had no credentials. */
  readonly skipped: boolean;
}

/** The last states that a wish means, and what of it was not found. */
export function findObjects(lastStates: LastStates, wish: Wish): { ids: string[]; unknown: string[] } {
  const wanted = new Map(wish.objects.map((text) => [text, new Set([text, text.toLowerCase(), dnKey(text)])]));
  const found = new Set<string>();
  const ids: string[] = [];
  for (const id of lastStates.ids().sort()) {
    const state = lastStates.read(id);
    if (!state?.object || (wish.type !== null && state.udm_object_type !== wish.type)) {
      continue;
    }
    if (wish.skipped && state.object.oxDbSkipped === undefined) {
      continue;
    }
    const names = namesOf(state);
    const meant = [...wanted].filter(([, keys]) => names.some((name) => keys.has(name))).map(([text]) => text);
    for (const text of meant) {
      found.add(text);
    }
    if (meant.length > 0 || (wish.objects.length === 0 && (wish.all || wish.skipped || wish.type !== null))) {
      ids.push(state.id);
    }
  }
  return { ids, unknown: wish.objects.filter((text) => !found.has(text)) };
}

function namesOf({ id, dn, object }: Envelope): string[] {
  const properties = [
    object?.username,
    object?.name,
    object?.oxDbUsername,
    object?.oxDbGroupname,
    object?.mailPrimaryAddress,
  ];
  const names = properties.flatMap((value) => readTexts(value)).map((name) => name.toLowerCase());
  return [id.toLowerCase(), dnKey(dn), ...names];
}

/**
 * The ids of the objects that are provisioned anyway, in lower case, since a file waits, and whether one asks to forget OX's id
 * of it. One that cannot be read is about none of them, and one of a prefill is let go where it says what the last state says.
 */
export function waitingIds(inbox: Inbox): ReadonlyMap<string, boolean> {
  const ids = new Map<string, boolean>();
  for (const name of inbox.list()) {
    const envelope = ifPossible(() => inbox.read(name));
    const waiting = envelope && summarize(name, envelope);
    if (waiting?.isAsked) {
      ids.set(waiting.id, envelope?.oxConnectorForgetId === true || ids.get(waiting.id) === true);
    }
  }
  return ids;
}

/**
 * A file that asks to provision the last state once more. It carries no news: whatever newer file comes meanwhile, in
 * whatever order, is never undone by it (docs/adr/0004-reprovision-marks.md). null: there is no last state.
 */
export function addAgain(
  inbox: Inbox,
  lastStates: LastStates,
  id: string,
  marks: Pick<Envelope, 'oxConnectorForgetId'> = {},
): string | null {
  const state = lastStates.read(id);
  return state?.object
    ? inbox.add({ ...state, object: withoutLearnt(state.object), oxConnectorReprovision: true, ...marks })
    : null;
}
