/** The life of one file of the queue: read, recognised, checked, planned, made so in OX, settled. */
import type { Logger } from '../logger/logger.ts';
import { type Change, type Envelope, identityOf, learntOf, withoutLearnt } from '../model/change.ts';
import { claimKeys, type Identifiers } from '../model/claims.ts';
import { dnKey } from '../model/dn.ts';
import { readTexts } from '../model/udm.ts';
import type { Outcome, Plan, Registry } from '../provisioners/provisioner.ts';
import type { Inbox } from '../queue/inbox.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';
import type { Turn } from '../queue/order.ts';
import type { Parking } from '../queue/parking.ts';
import type { ReadAhead } from '../queue/read-ahead.ts';
import { changeOf, type ObjectCheck } from './change-of.ts';
import type { FollowUps } from './follow-ups.ts';
import { forgetContext } from './forget-ids.ts';
import { type Identity, identify, noteGivenUp, placesOf, speaksAgainst, underNewId } from './identity.ts';
import type { Postponed, Prepared, Settle } from './in-flight.ts';
import { type FailedItem, ItemFailure } from './item-failure.ts';
import { learntBySkip } from './learnt-by-skip.ts';
import type { Round } from './round.ts';
import { saysNothingNew } from './unchanged.ts';

export interface ItemsDeps {
  readonly inbox: Inbox;
  readonly files: ReadAhead;
  readonly lastStates: LastStates;
  readonly known: KnownObjects;
  readonly identifiers: Identifiers;
  readonly registry: Registry;
  readonly parking: Parking;
  readonly followUps: FollowUps;
  readonly checkObject: ObjectCheck;
  readonly log: Logger;
  /** Tells those who ask which object is being worked on. */
  readonly announce: (object: string) => void;
  /** Looks the ids of a context's users up in OX, but for one object; answers the objects that are not there. */
  readonly lookUpIds: (context: number, except: string) => Promise<readonly string[]>;
  /** What has to be kept back in this run: nothing of it is done, and it stays in the queue. */
  readonly isHeld: (turn: Turn, plan: Plan) => boolean;
  readonly letGo: (turn: Turn, keys: readonly string[]) => void;
  /** Called before OX is asked to change the object with these ids and this DN: what `letGo` was told with one of them. */
  readonly beforeChange: (keys: readonly string[]) => void;
}

/** What a file turns out to be. */
type Recognised =
  | { readonly what: 'gone' }
  /** `why`: for the log. */
  | { readonly what: 'nothing to do'; readonly given: Envelope; readonly why: string }
  | { readonly what: 'note'; readonly given: Envelope; readonly stateId: string | null; readonly dropped: string }
  | { readonly what: 'change'; readonly given: Envelope; readonly envelope: Envelope; readonly identity: Identity };

/** In nanoseconds. `performance` would be loaded first, `process` is there. */
const MILLISECOND = 1_000_000n;

export class Items {
  readonly #deps: ItemsDeps;
  /** Contexts whose ids are being looked up, or were. */
  readonly #lookedUp = new Map<number, Promise<void>>();
  #skipped = 0;

  constructor(deps: ItemsDeps) {
    this.#deps = deps;
  }

  /** Files settled without effect in OX, since their context has no credentials. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The names and addresses that a waiting change has to do with; no effects. Empty: it cannot be said. */
  touchesOf(turn: Turn, round: Round): readonly string[] {
    try {
      const found = this.#recognise(turn, round, (name) => this.#deps.inbox.read(name));
      if (found.what !== 'change') {
        return [];
      }
      const change = this.#changeOf(
        turn,
        found.envelope,
        found.identity.before,
        found.identity.stateId ?? found.envelope.id,
      );
      return this.#deps.registry[change.type].plan(change).touches;
    } catch {
      // Whatever is wrong with it is said at its turn.
      return [];
    }
  }

  /** `null`: there is nothing (more) to do. Moves the last state of an object that has another id now. Throws ItemFailure. */
  prepare(turn: Turn, round: Round, isInFlight: (id: string) => boolean): Prepared | Postponed | null {
    const path = this.#deps.inbox.path(turn.name);
    let dn = '';
    let item: FailedItem = { turn };
    try {
      const found = this.#recognise(turn, round, (name) => this.#deps.files.take(name));
      if (found.what === 'gone') {
        this.#deps.log.debug('file is gone', { file: path });
        turn.isOver = true;
        return null;
      }
      const { given } = found;
      dn = given.dn;
      item = { turn, envelope: given };
      if (found.what === 'nothing to do') {
        return { touches: [], act: async () => () => this.#drop(turn, given, found.why) };
      }
      if (found.what === 'note') {
        return { touches: [], act: async () => () => this.#note(turn, found.stateId, found.dropped) };
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
      const { envelope } = found;
      const before = this.#takeOver(envelope, identity, turn);
      const id = idFor(turn, envelope, identity);
      item = { ...item, ...(identity.stateId === null ? {} : { stateId: id.toLowerCase() }) };
      const change = this.#changeOf(turn, envelope, before, id);
      if (saysNothingNew(turn, envelope, before, change) && !this.#isParked(turn, before)) {
        return { touches: [id.toLowerCase(), place], act: async () => () => this.#keep(turn, envelope, change) };
      }
      const plan = this.#deps.registry[change.type].plan(change);
      if (this.#deps.isHeld(turn, plan)) {
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

  /** A later file of the same object, maybe under another id: it takes the place of this one. */
  newerThan(turn: Turn, round: Round): Turn | null {
    const { lastStates, inbox } = this.#deps;
    const newer = round.newerThan(turn);
    if (newer !== null || lastStates.read(turn.id) === null) {
      return newer;
    }
    const isOfObject = (other: Turn): boolean => {
      try {
        const found = this.#recognise(other, round, (name) => inbox.read(name));
        return found.what === 'change' && found.identity.isRenumbered && found.identity.stateId === turn.id;
      } catch {
        // Whatever is wrong with it is said at its turn.
        return false;
      }
    };
    return (
      round.turns
        .slice(round.turns.indexOf(turn) + 1)
        .filter(({ type, isNews, isOver }) => type === turn.type && isNews && !isOver)
        .find((other) => other.id !== turn.id && lastStates.has(other.id) === false && isOfObject(other)) ?? null
    );
  }

  #recognise(turn: Turn, round: Round, read: (name: string) => Envelope | null): Recognised {
    const given = read(turn.name);
    if (given === null) {
      return { what: 'gone' };
    }
    const waitingBefore = (id: string, formerIds: readonly string[], name: string): Envelope | null => {
      const earlier = round.latestBefore(id, formerIds, name);
      return earlier && this.#deps.inbox.read(earlier.name);
    };
    const { lastStates, known } = this.#deps;
    const identity = identify(given, turn.name, { lastStates, known, waitingBefore });
    if (given.oxConnectorGivenUp !== undefined) {
      return { what: 'note', given, stateId: identity.stateId, dropped: given.oxConnectorGivenUp };
    }
    const envelope = given.oxConnectorReprovision ? asItStands(identity.before) : given;
    if (given.oxConnectorForgetId && identity.before?.object) {
      const { oxDbId: _, ...object } = identity.before.object;
      return {
        what: 'change',
        given,
        envelope: asItStands(identity.before) ?? given,
        identity: { ...identity, before: { ...identity.before, object: { ...object, oxDbForgotten: true } } },
      };
    }
    if (identity.isLate) {
      return { what: 'nothing to do', given, why: 'dropped, the object has another id now' };
    }
    if (envelope === null || (envelope.object === null && identity.before === null)) {
      return { what: 'nothing to do', given, why: 'dropped, the object was never provisioned' };
    }
    return { what: 'change', given, envelope, identity };
  }

  /**
   * Durably, before anything else is done: the last state under the id of the file, and no DN for who had it before.
   * Answers the last state as it is then.
   */
  #takeOver(envelope: Envelope, identity: Identity, turn: Turn): Envelope | null {
    const { before, stateId, isRenumbered, displaced } = identity;
    const { known, lastStates, log, inbox } = this.#deps;
    if (displaced !== null) {
      const without = { ...displaced, object: { ...displaced.object, oxDbDnLost: true } };
      known.track(displaced.id, () => {
        lastStates.write(without);
        return without;
      });
    }
    if (!isRenumbered || before === null || stateId === null || !turn.isNews || envelope.object === null) {
      return before;
    }
    const moved = underNewId(before, stateId, envelope.id);
    known.track(stateId, () => {
      lastStates.move(stateId, moved);
      return null;
    });
    known.track(envelope.id, () => moved);
    log.info('has another id now', { file: inbox.path(turn.name), dn: envelope.dn, formerly: stateId });
    return moved;
  }

  #changeOf(turn: Turn, envelope: Envelope, before: Envelope | null, id: string): Change {
    return changeOf({ ...envelope, id }, before, this.#deps.inbox.path(turn.name), this.#deps.checkObject);
  }

  async #act(turn: Turn, envelope: Envelope, change: Change, plan: Plan, item: FailedItem): Promise<Settle> {
    const started = process.hrtime.bigint();
    const { announce, beforeChange, followUps, log } = this.#deps;
    const path = this.#deps.inbox.path(turn.name);
    const about = { file: path, type: change.type, dn: change.dn };
    const warn = (reason: string): void => log.warning('not as wished', { ...about, reason });
    const orFail = (settle: Settle) => (): void => {
      try {
        settle();
      } catch (error) {
        throw new ItemFailure(path, change.dn, error, item);
      }
    };
    try {
      announce(change.dn);
      beforeChange([turn.id, ...keysOf(change.id, change.dn)]);
      plan.warnings.forEach(warn);
      const { skip } = plan;
      if (skip) {
        log.warning('skipped', { ...about, reason: skip.reason });
        const learnt = { ...learntBySkip(change, plan), ...waitsSince(turn, change) };
        return orFail(() => {
          this.#settle(turn, envelope, change, learnt);
          this.#skipped += 1;
        });
      }
      const outcome = await this.#provision(change, plan);
      return orFail(() => {
        outcome.warnings.forEach(warn);
        followUps.ofChange(change, outcome);
        forgetContext(change, this.#deps);
        this.#settle(turn, envelope, change, { ...outcome.learnt });
        const duration = `${(process.hrtime.bigint() - started) / MILLISECOND}ms`;
        log.info('provisioned', { ...about, action: outcome.actions.join(', ') || 'nothing to do in OX', duration });
      });
    } catch (error) {
      throw new ItemFailure(path, change.dn, error, item);
    }
  }

  async #provision(change: Change, plan: Plan): Promise<Outcome> {
    const { known, registry } = this.#deps;
    const provisioner = registry[change.type];
    const { inDoubt = [] } = plan;
    await this.#lookUp(inDoubt, '');
    const outcome = await provisioner.provision(inDoubt.length > 0 ? provisioner.plan(change) : plan);
    const { oxDbId, oxDbContext } = outcome.learnt;
    const isNews = oxDbId !== change.before?.oxDbId || oxDbContext !== change.before?.oxDbContext;
    const isId = typeof oxDbId === 'number' && typeof oxDbContext === 'number';
    const claim = isNews && isId ? claimKeys.userId(oxDbContext, oxDbId) : '';
    const isTaken = claim !== '' && known.claimants(claim).some((id) => !isSame(id, change.id));
    await this.#lookUp([...(outcome.inDoubt ?? []), ...(isTaken ? [Number(oxDbContext)] : [])], change.id);
    return outcome;
  }

  /** Once in a run for a context. */
  async #lookUp(contexts: readonly number[], except: string): Promise<void> {
    for (const context of contexts) {
      const running = this.#lookedUp.get(context) ?? this.#lookUpAll(context, except);
      this.#lookedUp.set(context, running);
      await running;
    }
  }

  async #lookUpAll(context: number, except: string): Promise<void> {
    this.#deps.log.warning('remembered ids are not those of OX: looking all of this context up again', { context });
    this.#deps.followUps.again(await this.#deps.lookUpIds(context, except));
  }

  #isParked(turn: Turn, before: Envelope | null): boolean {
    const ids = [turn.id, ...(before === null ? [] : [before.id, ...readTexts(before.object?.oxDbFormerIds)])];
    return ids.some((id) => this.#deps.parking.holds(id));
  }

  #keep(turn: Turn, envelope: Envelope, change: Change): void {
    const { type, dn } = change;
    this.#settle(turn, envelope, change, learntOf(change.before));
    const file = this.#deps.inbox.path(turn.name);
    this.#deps.log.info('provisioned', { file, type, dn, action: 'unchanged, OX was not asked' });
  }

  #note(turn: Turn, stateId: string | null, dropped: string): void {
    if (stateId !== null) {
      noteGivenUp({ dn: '', object: null }, stateId, dropped, this.#deps);
    }
    this.#deps.letGo(turn, [turn.id]);
  }

  #drop(turn: Turn, { id, dn, udm_object_type: type }: Envelope, action: string): void {
    this.#deps.parking.clear(turn.name, (parked) => isSame(parked.id, id));
    this.#deps.letGo(turn, keysOf(id, dn));
    this.#deps.log.info('provisioned', { file: this.#deps.inbox.path(turn.name), type, dn, action });
  }

  /** The last state first, durably; then the file is let go. */
  #settle(turn: Turn, envelope: Envelope, change: Change, learnt: Readonly<Record<string, unknown>>): void {
    const { known, lastStates, parking, letGo } = this.#deps;
    const { oxConnectorReprovision: _, oxConnectorForgetId: __, ...rest } = envelope;
    const { oxDbGivenUp, oxDbDnLost, ...lasting } = { ...identityOf(change.before), ...learnt } as typeof learnt;
    const notes = turn.isNews ? {} : notesOf(change);
    // A deletion that waits for credentials: what it is about stays known.
    const waits = change.after === null && learnt.oxDbSkipped !== undefined;
    const properties = waits ? { ...withoutLearnt(change.before ?? {}), oxDbDeletion: true } : change.after;
    const object = properties && { ...properties, ...lasting, ...notes };
    const state = { ...rest, id: change.id, object } as Envelope;
    known.track(change.id, () => {
      if (object === null) {
        lastStates.remove(change.id);
        return null;
      }
      lastStates.write(state);
      return state;
    });
    if (turn.isNews) {
      // What is parked of the object is older, and goes before the newer file does: put back later it would undo it.
      const ids = [change.id, turn.id, ...readTexts(change.before?.oxDbFormerIds)];
      parking.clear(turn.name, (parked) => ids.some((id) => isSame(id, parked.id)) || this.#isUnnamed(parked, state));
    }
    letGo(turn, [turn.id, ...keysOf(change.id, change.dn)]);
  }

  /** A file of the same object under an id that nobody knows: it was never provisioned, and came again under this one. */
  #isUnnamed(parked: Envelope, state: Envelope): boolean {
    return (
      parked.udm_object_type === state.udm_object_type &&
      dnKey(parked.dn) === dnKey(state.dn) &&
      this.#deps.lastStates.read(parked.id) === null &&
      !speaksAgainst(parked, state)
    );
  }
}

/** What a mark asks for: the last state once more, be it a deletion that could not be carried out. */
function asItStands(state: Envelope | null): Envelope | null {
  return state?.object?.oxDbDeletion === true ? { ...state, object: null } : state;
}

/** The id that the last state is to be stored under, or removed from; as it is spelled. */
function idFor({ isNews }: Turn, { id, object }: Envelope, { stateId }: Identity): string {
  return (isNews && object !== null) || stateId === null || isSame(stateId, id) ? id : stateId;
}

/** A mark brings no news: what is noted about the DN stays. */
function notesOf({ before }: Change): Record<string, unknown> {
  const { oxDbGivenUp, oxDbDnLost } = before ?? {};
  return { ...(oxDbGivenUp === undefined ? {} : { oxDbGivenUp }), ...(oxDbDnLost === true ? { oxDbDnLost } : {}) };
}

/** Its place among those that wait: that of the first file that was skipped for a mark, the newest for news. */
function waitsSince(turn: Turn, { before }: Change): Record<string, unknown> {
  const former = before?.oxDbSkippedFile;
  return { oxDbSkippedFile: turn.isNews || former === undefined ? turn.name : former };
}

/** What tells that two files may be about one object, although they have different ids. */
function keysOf(id: string, dn: string): string[] {
  return [id.toLowerCase(), `dn:${dnKey(dn)}`];
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
