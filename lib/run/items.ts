/** The life of one file of the queue: read, recognised, checked, planned, made so in OX, settled. */
import { ifPossible } from '../errors/if-possible.ts';
import { type Change, type Envelope, keysOf, type Learnt, writtenIn } from '../model/change.ts';
import { millisecondsSince } from '../model/clock.ts';
import { dnKey } from '../model/dn.ts';
import { isSameWord } from '../model/udm.ts';
import type { Turn } from '../queue/order.ts';
import type { ReadAhead } from '../queue/read-ahead.ts';
import { LeftAlone, type Plan, type Skip } from '../target/plan.ts';
import { changeOf } from './change-of.ts';
import type { FollowUps } from './follow-ups.ts';
import type { Held } from './held.ts';
import { type Identity, placesOf, underNewId } from './identity.ts';
import type { Postponed, Prepared, Settle } from './in-flight.ts';
import { type FailedItem, ItemFailure } from './item-failure.ts';
import { learntBySkip } from './learnt-by-skip.ts';
import { recognise } from './recognise.ts';
import type { Removals } from './removals.ts';
import type { End } from './report.ts';
import type { Round } from './round.ts';
import { Settling } from './settling.ts';
import { saysNothingNew } from './unchanged.ts';
import type { World } from './world.ts';

export interface ItemsDeps extends World {
  readonly files: ReadAhead;
  readonly followUps: FollowUps;
  readonly held: Held;
  /** What `letGo` has removed. */
  readonly removals: Removals;
  readonly letGo: (turn: Turn, keys: readonly string[]) => void;
}

export class Items {
  readonly #deps: ItemsDeps;
  readonly #settling: Settling;
  #skipped = 0;

  constructor(deps: ItemsDeps) {
    this.#deps = deps;
    this.#settling = new Settling(deps);
  }

  /** Files settled without effect, for a reason that the report has. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The names and addresses that a waiting change has to do with; no effects. Empty: it cannot be said. */
  touchesOf(turn: Turn, round: Round): readonly string[] {
    const touches = ifPossible(() => {
      const found = recognise(turn, round, (name) => this.#deps.inbox.read(name), this.#deps);
      if (found.what !== 'change') {
        return null;
      }
      const { envelope, identity } = found;
      const change = this.#changeOf(turn, envelope, identity.before, identity.stateId ?? envelope.id, round);
      return this.#deps.target.plan(change).touches;
    });
    return touches ?? [];
  }

  /** `null`: there is nothing (more) to do. Moves the last state of an object that has another id now. Throws ItemFailure. */
  prepare(turn: Turn, round: Round, isInFlight: (id: string) => boolean): Prepared | Postponed | null {
    const path = this.#deps.inbox.path(turn.name);
    let dn = '';
    let item: FailedItem = { turn };
    try {
      const found = recognise(turn, round, (name) => this.#deps.files.take(name), this.#deps);
      if (found.what === 'gone') {
        this.#deps.log.debug('file is gone', { file: path });
        turn.isOver = true;
        return null;
      }
      const { given } = found;
      dn = given.dn;
      item = { turn, envelope: given };
      if (found.what === 'nothing to do') {
        return { touches: [], act: async () => () => this.#settling.drop(turn, given, found.why) };
      }
      if (found.what === 'note') {
        return { touches: [], act: async () => () => this.#settling.note(turn, found.stateId, found.dropped) };
      }
      const { identity } = found;
      if (identity.stateId !== null && identity.stateId !== turn.id && isInFlight(identity.stateId)) {
        return { waitFor: identity.stateId };
      }
      // Nobody has the DN yet, but who is in flight may be about to: is it the same object under another id?
      const place = `dn:${dnKey(given.dn)}`;
      const busy = identity.stateId === null ? placesOf(given).find(isInFlight) : undefined;
      if (busy !== undefined) {
        return { waitFor: busy };
      }
      if (this.#deps.held.isHeld(turn, {}, identity.stateId ?? turn.id)) {
        return null;
      }
      const { envelope } = found;
      const before = this.#takeOver(envelope, identity, turn);
      const id = idFor(turn, envelope, identity);
      item = { ...item, ...(identity.stateId === null ? {} : { stateId: id.toLowerCase() }) };
      const change = this.#changeOf(turn, envelope, before, id, round);
      if (saysNothingNew(turn, envelope, before, change, this.#deps.memory) && !this.#settling.isParked(turn, before)) {
        return {
          touches: [id.toLowerCase(), place],
          act: async () => () => this.#settling.keep(turn, envelope, change),
        };
      }
      const plan = this.#deps.target.plan(change);
      if (this.#deps.held.isHeld(turn, plan)) {
        return null;
      }
      const { touches, provides = [] } = plan;
      item = { ...item, touches, provides };
      const act = (): Promise<Settle> => this.#act(turn, envelope, change, plan, item);
      return { touches: [id.toLowerCase(), place, ...touches], lanes: plan.lanes ?? [], act };
    } catch (error) {
      throw new ItemFailure(path, dn, error, item);
    }
  }

  /**
   * Durably, before anything else is done: the last state under the id of the file, and no DN for who had it before.
   * Answers the last state as it is then.
   */
  #takeOver(envelope: Envelope, identity: Identity, turn: Turn): Envelope | null {
    const { before, stateId, isRenumbered, displaced, displacedBy } = identity;
    const { memory, log, inbox } = this.#deps;
    if (displaced !== null) {
      memory.noteFormerDn(displaced.dn, displaced.id, displacedBy ?? turn.name);
      memory.put({ ...displaced, object: { ...displaced.object, oxDbDnLost: true } });
    }
    if (!isRenumbered || before === null || stateId === null || !turn.isNews || envelope.object === null) {
      return before;
    }
    const moved = underNewId(before, stateId, envelope.id);
    memory.move(stateId, moved);
    log.info('has another id now', { file: inbox.path(turn.name), dn: envelope.dn, formerly: stateId });
    return moved;
  }

  #changeOf(turn: Turn, envelope: Envelope, before: Envelope | null, id: string, round: Round): Change {
    const source = {
      path: this.#deps.inbox.path(turn.name),
      writtenIn: turn.isNews ? turn.name : writtenIn(before?.object),
    };
    const change = changeOf({ ...envelope, id }, before, source, this.#deps.target.checkObject);
    return { ...change, isToChange: (other) => round.hasNewsOf(other) };
  }

  async #act(turn: Turn, envelope: Envelope, change: Change, plan: Plan, item: FailedItem): Promise<Settle> {
    const started = process.hrtime.bigint();
    const { announce, removals, followUps, target } = this.#deps;
    const path = this.#deps.inbox.path(turn.name);
    let { warnings } = plan;
    const report = (end: End): void =>
      this.#deps.report({ ...end, file: path, type: change.type, dn: change.dn, warnings });
    const failed = (error: unknown): ItemFailure => {
      report({ end: 'failed' });
      return new ItemFailure(path, change.dn, error, item);
    };
    const orFail = (settle: Settle) => (): void => {
      try {
        settle();
      } catch (error) {
        throw failed(error);
      }
    };
    const leave = (skip: Skip, known: Learnt = {}): Settle => {
      const learnt = learntBySkip(turn, change, skip, known);
      return orFail(() => {
        this.#settling.settle(turn, envelope, change, learnt);
        this.#skipped += 1;
        report({ end: 'skipped', reason: skip.reason });
      });
    };
    try {
      announce(change.dn);
      removals.beforeChange([turn.id, ...keysOf(change.id, change.dn)]);
      if (plan.skip) {
        return leave(plan.skip, plan.learnt);
      }
      const outcome = await target.provision(change, plan, (ids) => followUps.again(ids));
      return orFail(() => {
        warnings = [...warnings, ...outcome.warnings];
        followUps.ofChange(change, outcome);
        this.#settling.settle(turn, envelope, change, { ...outcome.learnt }, outcome);
        const milliseconds = millisecondsSince(started);
        report({ end: 'provisioned', steps: outcome.steps, isNew: change.before === null, milliseconds });
      });
    } catch (error) {
      if (error instanceof LeftAlone) {
        return leave(error.skip, plan.learntIfLeft?.());
      }
      throw failed(error);
    }
  }
}

/** The id that the last state is to be stored under, or removed from; as it is spelled. */
function idFor({ isNews }: Turn, { id, object }: Envelope, { stateId }: Identity): string {
  return (isNews && object !== null) || stateId === null || isSameWord(stateId, id) ? id : stateId;
}
