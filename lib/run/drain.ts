/** The main job: every waiting file in order, each let go once OX has accepted it. */
import { asConnectorError } from '../errors/connector-error.ts';
import { providedBy, TYPES } from '../model/types.ts';
import { inOrder, isLateDeletion, type Turn } from '../queue/order.ts';
import { type ReadAhead, readAhead } from '../queue/read-ahead.ts';
import { findCures } from './cures.ts';
import { FollowUps } from './follow-ups.ts';
import { forgetFormerDns } from './former-dns.ts';
import { Held } from './held.ts';
import { noteGivenUp } from './identity.ts';
import { type Work, workInOrder } from './in-flight.ts';
import { ItemFailure } from './item-failure.ts';
import { Items } from './items.ts';
import { hasNews, lookAtAll } from './look.ts';
import { newerThan } from './recognise.ts';
import { Removals } from './removals.ts';
import { Round } from './round.ts';
import type { World } from './world.ts';

export interface DrainDeps extends World {
  readonly concurrency: number;
  /** Each object is settled before OX is asked for the next one: its calls are those since the last one was. */
  readonly settlesFirst?: boolean;
  /** false: what is refused is parked, and the run goes on. */
  readonly stopOnError: boolean;
  /** True: finish what is in hand, then stop. */
  readonly isStopped: () => boolean;
}

export class Drain {
  readonly #deps: DrainDeps;
  readonly #files: ReadAhead;
  readonly #followUps: FollowUps;
  readonly #items: Items;
  /** Objects that are provisioned when the turn of a file comes that waits, or that was put into the queue again. */
  readonly #waiting = new Set<string>();
  #beyond: readonly string[] = [];
  #processed = 0;
  #parked = 0;
  readonly #held = new Held();
  #firstFailure: ItemFailure | null = null;
  readonly #removals: Removals;

  constructor(deps: DrainDeps) {
    this.#deps = deps;
    this.#files = readAhead(deps.inbox);
    this.#removals = new Removals(deps.inbox);
    this.#followUps = new FollowUps(deps, this.#waiting);
    this.#items = new Items({
      ...deps,
      files: this.#files,
      followUps: this.#followUps,
      held: this.#held,
      removals: this.#removals,
      letGo: (turn, keys) => this.#letGo(turn, keys),
    });
  }

  /** Files let go so far. */
  get processed(): number {
    return this.#processed;
  }

  /** Files set aside so far. */
  get parked(): number {
    return this.#parked;
  }

  /** Of those let go: what had no effect, for a reason that the log has. */
  get skipped(): number {
    return this.#items.skipped;
  }

  /** Of what was parked or kept back; null: nothing was. */
  get firstFailure(): ItemFailure | null {
    return this.#firstFailure;
  }

  /** Works until the queue is empty; throws the ItemFailure that stopped it, or that kept something in the queue. */
  async run(): Promise<void> {
    for (;;) {
      const looked = await this.#lookAtAll();
      const { waiting, obstacle } = this.#followUps.wakeSkipped() ? await this.#lookAtAll() : looked;
      if (obstacle === null && waiting.every(({ id }) => this.#held.has(id))) {
        break;
      }
      const round = new Round(inOrder(waiting, (id) => this.#formerlyProvided(id)));
      const isThrough = await this.#work(round);
      if (this.#deps.isStopped()) {
        return;
      }
      if (isThrough && obstacle !== null) {
        throw obstacle;
      }
    }
    if (this.#held.first !== null) {
      throw this.#held.first;
    }
    forgetFormerDns(this.#deps.memory, this.#deps.parking);
  }

  async #lookAtAll() {
    const { inbox, isStopped, stopOnError } = this.#deps;
    const setAside = stopOnError ? null : (name: string, failure: ItemFailure) => this.#park(name, failure);
    const looked = await lookAtAll({ inbox, files: this.#files, isStopped, setAside });
    this.#beyond = looked.beyond;
    this.#waiting.clear();
    for (const { id, isAsked } of looked.waiting) {
      if (isAsked) {
        this.#waiting.add(id);
      }
    }
    return looked;
  }

  /** false: the queue has to be looked at again before the rest is worked on. */
  async #work(round: Round): Promise<boolean> {
    const isOpen = ({ isOver, id }: Turn): boolean => !isOver && !this.#held.has(id);
    let first = 0;
    for (;;) {
      try {
        await workInOrder(filtered(round.turns, first, isOpen), this.#workOn(round));
        return true;
      } catch (error) {
        const { turn } = error instanceof ItemFailure ? error.item : {};
        if (!(error instanceof ItemFailure) || turn === undefined) {
          throw error;
        }
        if (!(await this.#isDealtWith(error, turn, round))) {
          return false;
        }
        // What comes before it is through; as many may be refused as there are.
        first = round.positionOf(turn);
      }
    }
  }

  #workOn(round: Round): Work<Turn> {
    const { concurrency, isStopped, settlesFirst = false } = this.#deps;
    return {
      limit: concurrency,
      settlesFirst,
      key: (turn) => turn.id,
      kind: (turn) => turn.kind,
      prepare: (turn, isInFlight) => this.#items.prepare(turn, round, isInFlight),
      isStopped,
    };
  }

  /** true: the round goes on; false: it ends, and the queue is looked at again. Throws what stops the run. */
  async #isDealtWith(failure: ItemFailure, turn: Turn, round: Round): Promise<boolean> {
    if (failure.nature === 'object') {
      return this.#isRefusalDealtWith(failure, turn, round);
    }
    if (failure.nature === 'login' && (await this.#isWayOutFound(failure, round))) {
      return false;
    }
    if (failure.nature === 'login' && !this.#deps.stopOnError) {
      this.#hold(failure, turn, [`login:${asConnectorError(failure.cause).fields.login}`]);
      return true;
    }
    throw failure;
  }

  /** Its own news, the changes of others that it waits for, and only then its end: it is parked, or stops the run. */
  async #isRefusalDealtWith(failure: ItemFailure, turn: Turn, round: Round): Promise<boolean> {
    if (this.#isSuperseded(turn, failure, round)) {
      return true;
    }
    const refused = await findCures(failure, turn, {
      round,
      touchesOf: (each) => this.#items.touchesOf(each, round),
      attempt: (each) => this.#attempt(each, round),
      isStopped: this.#deps.isStopped,
    });
    for (const each of refused) {
      this.#noteGivenUp(each);
    }
    const [first] = refused;
    if (first === undefined || this.#deps.isStopped()) {
      return true;
    }
    if (this.#deps.stopOnError) {
      if (hasNews(this.#deps.inbox, round, this.#beyond)) {
        return false;
      }
      throw first;
    }
    for (const each of refused) {
      const { turn: at, provides = [] } = each.item;
      if (at !== undefined && (provides.length > 0 || TYPES[at.type].provides)) {
        this.#hold(each, at, provides);
      } else if (at !== undefined) {
        this.#park(at.name, each);
        at.isOver = true;
      }
    }
    return true;
  }

  /** One file, out of its turn. Answers the refusal; throws what stops the run. */
  async #attempt(turn: Turn, round: Round): Promise<ItemFailure | null> {
    if (this.#held.has(turn.id)) {
      return null;
    }
    try {
      await workInOrder([turn], this.#workOn(round));
      return null;
    } catch (error) {
      if (!(error instanceof ItemFailure) || (error.nature !== 'object' && this.#deps.stopOnError)) {
        throw error;
      }
      if (error.nature === 'object') {
        return this.#isSuperseded(turn, error, round) ? null : error;
      }
      await this.#isDealtWith(error, turn, round);
      return null;
    }
  }

  /** Removes a file whose object has a newer one waiting, which holds the whole object. */
  #isSuperseded(turn: Turn, failure: ItemFailure, round: Round): boolean {
    const newer = newerThan(turn, round, this.#deps);
    if (newer === null) {
      return false;
    }
    const { path: file, dn, reason } = failure;
    this.#deps.report({ file, dn, end: 'superseded', reason, newer: this.#deps.inbox.path(newer.name) });
    // Whoever gets its DN before the newer change is through is somebody else.
    this.#noteGivenUp(failure);
    if (!newer.isAsked) {
      // It may say what the last state says, while OX has a part of this one: told anew, also if this run ends before that.
      this.#waiting.delete(turn.id);
      this.#followUps.again([failure.item.stateId ?? turn.id]);
    }
    this.#letGo(turn, [turn.id]);
    return true;
  }

  /** In UDM the object has another DN by now, or none, however long OX refuses that: its DN may pass on. */
  #noteGivenUp({ item: { turn, envelope, stateId } }: ItemFailure): void {
    if (turn?.isNews && envelope && stateId !== undefined) {
      noteGivenUp(envelope, stateId, turn.name, this.#deps.memory);
    }
  }

  /** A deletion that waits, and without which what is before it would wait for ever: that comes first. */
  async #isWayOutFound(failure: ItemFailure, round: Round): Promise<boolean> {
    const late = round.turns.filter((turn) => !turn.isOver && isLateDeletion(turn));
    const deletion = await this.#deps.target.wayOut(asConnectorError(failure.cause), late);
    if (deletion === null) {
      return false;
    }
    await workInOrder([deletion], this.#workOn(round));
    return true;
  }

  #formerlyProvided(id: string): string | null {
    const state = this.#deps.memory.look(id);
    return state && providedBy(state.udm_object_type, state.object);
  }

  /** It and all that needs these logins stays in the queue in this run. */
  #hold(failure: ItemFailure, turn: Turn, logins: readonly string[]): void {
    this.#held.hold(failure, turn, logins);
    this.#firstFailure ??= failure;
    this.#deps.report({ file: failure.path, dn: failure.dn, end: 'held', failure });
  }

  #park(name: string, failure: ItemFailure): void {
    const { inbox, report, parking } = this.#deps;
    const { envelope } = failure.item;
    parking.park(name, envelope ?? null, failure.reason);
    this.#parked += 1;
    this.#firstFailure ??= failure;
    this.#waiting.delete(envelope?.id.toLowerCase() ?? '');
    const { udm_object_type: type, dn = '' } = envelope ?? {};
    report({ file: inbox.path(name), ...(type ? { type } : {}), dn, end: 'parked', failure });
  }

  /** What somebody has written into the file meanwhile stays, for the next look at the queue. */
  #letGo(turn: Turn, keys: readonly string[]): void {
    if (this.#files.isAsTaken(turn.name)) {
      this.#removals.remove(turn.name, keys);
    }
    turn.isOver = true;
    this.#waiting.delete(turn.id);
    this.#processed += 1;
  }
}

/** As it is when it is asked for. */
function* filtered<Item>(items: readonly Item[], first: number, isMeant: (item: Item) => boolean): Generator<Item> {
  for (let at = first; at < items.length; at += 1) {
    const item = items[at];
    if (item !== undefined && isMeant(item)) {
      yield item;
    }
  }
}
