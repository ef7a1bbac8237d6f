/** The end of a file: its object's last state first, durably; then it is let go. */
import { type Change, type Envelope, keysOf, learntAs, learntOf, withoutLearnt } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import { referencesOf, TYPES } from '../model/types.ts';
import { isSameWord, readText, readTexts } from '../model/udm.ts';
import type { Turn } from '../queue/order.ts';
import type { Outcome } from '../target/outcome.ts';
import { noteGivenUp, speaksAgainst } from './identity.ts';
import type { World } from './world.ts';

/** What stays learnt of an object as long as it lives. */
const LASTING = ['oxDbFirstId', 'oxDbFormerIds'] as const;

export interface SettlingDeps extends World {
  readonly letGo: (turn: Turn, keys: readonly string[]) => void;
}

export class Settling {
  readonly #deps: SettlingDeps;

  constructor(deps: SettlingDeps) {
    this.#deps = deps;
  }

  isParked(turn: Turn, before: Envelope | null): boolean {
    const ids = [turn.id, ...(before === null ? [] : [before.id, ...readTexts(before.object?.oxDbFormerIds)])];
    return ids.some((id) => this.#deps.parking.holds(id));
  }

  keep(turn: Turn, envelope: Envelope, change: Change): void {
    this.settle(turn, envelope, change, learntOf(change.before));
    this.#leftAlone(turn, change, 'unchanged, the server was not asked');
  }

  note(turn: Turn, stateId: string | null, dropped: string): void {
    if (stateId !== null) {
      noteGivenUp({ dn: '', object: null }, stateId, dropped, this.#deps.memory);
    }
    this.#deps.letGo(turn, [turn.id]);
  }

  drop(turn: Turn, envelope: Envelope, reason: string): void {
    const { id, dn, udm_object_type: type } = envelope;
    const { memory, parking, letGo } = this.#deps;
    if (turn.isNews) {
      // A deletion under an id that nobody knows may be of an object that was never provisioned under its former one.
      const isStranger = memory.currentId(id) === null;
      const isOutdated = (parked: Envelope): boolean =>
        isSameWord(id, parked.id) || (isStranger && this.#isUnnamed(parked, envelope));
      parking.clear(turn.name, keysOf(id, dn), isOutdated);
    }
    letGo(turn, keysOf(id, dn));
    this.#leftAlone(turn, { type, dn }, reason);
  }

  #leftAlone({ name }: Turn, { type, dn }: Pick<Change, 'type' | 'dn'>, reason: string): void {
    this.#deps.report({ file: this.#deps.inbox.path(name), type, dn, end: 'left alone', reason });
  }

  /** The last state first, durably; then the file is let go. */
  settle(
    turn: Turn,
    envelope: Envelope,
    change: Change,
    learnt: Readonly<Record<string, unknown>>,
    outcome: Outcome | null = null,
  ): void {
    const { memory, parking, target, letGo } = this.#deps;
    const { oxConnectorReprovision: _, oxConnectorForgetId: __, ...rest } = envelope;
    const { oxDbGivenUp, oxDbDnLost, ...lasting } = { ...learntAs(LASTING, change.before), ...learnt } as typeof learnt;
    // A mark brings no news: what is noted about the DN stays.
    const notes = turn.isNews ? {} : learntAs(['oxDbGivenUp', 'oxDbDnLost'], change.before);
    // A deletion that waits: what it is about stays known.
    const waits = change.after === null && learnt.oxDbSkipped !== undefined;
    const properties = waits ? { ...withoutLearnt(change.before ?? {}), oxDbDeletion: true } : change.after;
    // Only where somebody else had one of the DNs before.
    const users = referencesOf(change.type, change.after ?? {});
    const isAsEver = memory.isMeaningSame(users, '', change.writtenIn);
    const source = isAsEver ? {} : { oxDbWrittenIn: change.writtenIn };
    const object = properties && { ...properties, ...lasting, ...notes, ...source };
    const state = { ...rest, id: change.id, object } as Envelope;
    this.#noteFormerDn(turn, change);
    target.beforeSettling(change, outcome);
    if (object === null) {
      memory.remove(change.id);
    } else {
      memory.put(state);
    }
    if (turn.isNews) {
      // What is parked of the object is older, and goes before the newer file does: put back later it would undo it.
      const ids = [change.id, turn.id, ...readTexts(change.before?.oxDbFormerIds)];
      const keys = [...ids.map((id) => id.toLowerCase()), ...keysOf(state.id, state.dn)];
      const isOfObject = (parked: Envelope): boolean => ids.some((id) => isSameWord(id, parked.id));
      parking.clear(turn.name, keys, (parked) => isOfObject(parked) || this.#isUnnamed(parked, state));
    }
    letGo(turn, [turn.id, ...keysOf(change.id, change.dn)]);
  }

  /** Who has its DN from now on is somebody else. */
  #noteFormerDn({ isNews, name }: Turn, { id, type, dn, formerDn, before, after }: Change): void {
    const isGivenUp = formerDn !== null && (after === null || dnKey(dn) !== dnKey(formerDn));
    // A deletion that waits has given it up.
    const isLost = before?.oxDbDnLost === true || before?.oxDbDeletion === true;
    if (isGivenUp && isNews && TYPES[type].isMember && !isLost) {
      this.#deps.memory.noteFormerDn(formerDn, id, readText(before?.oxDbGivenUp) ?? name);
    }
  }

  /** A file of the same object under an id that nobody knows: it was never provisioned, and came again under this one. */
  #isUnnamed(parked: Envelope, state: Envelope): boolean {
    return (
      parked.udm_object_type === state.udm_object_type &&
      dnKey(parked.dn) === dnKey(state.dn) &&
      this.#deps.memory.read(parked.id) === null &&
      !speaksAgainst(parked, state)
    );
  }
}
