/** The main job: every waiting file in order, each let go once OX has accepted it (SPEC 4). */
import { asConnectorError } from '../errors/connector-error.ts';
import type { Logger } from '../logger/logger.ts';
import type { Change, Envelope } from '../model/change.ts';
import { readTexts } from '../model/udm.ts';
import { faultOf } from '../ox/client.ts';
import type { Plan, Registry } from '../provisioners/provisioner.ts';
import type { Inbox } from '../queue/inbox.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';
import { inOrder, summarize, type Turn, type Waiting } from '../queue/order.ts';
import type { Parking } from '../queue/parking.ts';
import { type ReadAhead, readAhead } from '../queue/read-ahead.ts';
import { changeOf, type ObjectCheck } from './change-of.ts';
import { FollowUps } from './follow-ups.ts';
import { forgetContext } from './forget-ids.ts';
import { findWayOut } from './gone-context.ts';
import { type Prepared, type Settle, workInOrder } from './in-flight.ts';
import { ItemFailure } from './item-failure.ts';
import { learntBySkip } from './learnt-by-skip.ts';
import { saveMemoryFor } from './memory.ts';

export interface DrainDeps {
  readonly inbox: Inbox;
  readonly lastStates: LastStates;
  readonly known: KnownObjects;
  readonly registry: Registry;
  readonly checkObject: ObjectCheck;
  readonly hasCredentials: (context: number) => boolean;
  readonly existsInOx: (context: number) => Promise<boolean>;
  readonly log: Logger;
  readonly concurrency: number;
  /** Each object is settled before OX is asked for the next one: its calls are those since the last one was. */
  readonly settlesFirst?: boolean;
  readonly parking: Parking;
  /** false: objects that OX refuses are parked, and the run goes on. */
  readonly stopOnError: boolean;
  /** Tells those who ask which object is being worked on. */
  readonly announce: (object: string) => void;
  /** True: finish what is in hand, then stop. */
  readonly isStopped: () => boolean;
}

/** In nanoseconds. `performance` would be loaded first, `process` is there. */
const MILLISECOND = 1_000_000n;

/** Each sync is a wait for the disk; each file that comes back is a change sent to OX once more. */
const MOST_TO_COME_BACK = 100;

/** Looked at without hearing signals. */
const FILES_AT_A_TIME = 500;

export class Drain {
  readonly #deps: DrainDeps;
  readonly #files: ReadAhead;
  readonly #followUps: FollowUps;
  /** Objects that have a file waiting for its turn, or were put into the queue again. */
  readonly #waiting = new Set<string>();
  #processed = 0;
  /**
   * Objects whose files a power cut may bring back. Such a file repeats the last state of its object, which is harmless;
   * had its object changed since, it would undo that.
   */
  readonly #mayComeBack = new Set<string>();

  constructor(deps: DrainDeps) {
    this.#deps = deps;
    this.#files = readAhead(deps.inbox);
    this.#followUps = new FollowUps(deps, this.#waiting);
  }

  /** Files let go so far. */
  get processed(): number {
    return this.#processed;
  }

  /** Works until the queue is empty; throws ItemFailure at the first file that fails. */
  async run(): Promise<void> {
    for (;;) {
      const looked = await this.#lookAtAll();
      const { waiting, obstacle } = this.#followUps.wakeSkipped() ? await this.#lookAtAll() : looked;
      if (waiting.length === 0 && obstacle === null) {
        return;
      }
      const turns = inOrder(waiting, (id) => this.#formerContextId(id));
      const isThrough = await this.#work(turns);
      if (this.#deps.isStopped()) {
        return;
      }
      if (isThrough && obstacle !== null) {
        throw obstacle;
      }
    }
  }

  /** false: something made way for the rest, which is left. */
  async #work(turns: readonly Turn[]): Promise<boolean> {
    const { concurrency, existsInOx, inbox, isStopped, log, settlesFirst = false } = this.#deps;
    const work = {
      limit: concurrency,
      settlesFirst,
      key: (turn: Turn) => turn.id,
      kind: (turn: Turn) => turn.kind,
      prepare: (turn: Turn) => this.#prepare(turn),
      isStopped,
    };
    try {
      await workInOrder(turns, work);
      return true;
    } catch (error) {
      const wayOut = await findWayOut(error, turns, { numberOf: (id) => this.#formerContextId(id), existsInOx });
      if (wayOut === null) {
        throw error;
      }
      const { context, deletion } = wayOut;
      log.warning('OX has no such context any more: its deletion comes first', {
        file: inbox.path(deletion.name),
        context,
      });
      await workInOrder([deletion], work);
      return false;
    }
  }

  /**
   * A file that cannot be read ends the list: what comes before it, by name, is worked on first. A signal ends it too, in
   * which case nothing is worked on.
   */
  async #lookAtAll(): Promise<{ waiting: Waiting[]; obstacle: ItemFailure | null }> {
    const { inbox, isStopped } = this.#deps;
    const waiting: Waiting[] = [];
    this.#files.clear();
    this.#waiting.clear();
    const names = inbox.list();
    const look = saveMemoryFor(names.length) ? inbox.read : this.#files.look;
    for (const [at, name] of names.entries()) {
      if (at % FILES_AT_A_TIME === FILES_AT_A_TIME - 1) {
        await new Promise(setImmediate);
        if (isStopped()) {
          break;
        }
      }
      try {
        const envelope = look(name);
        if (envelope === null) {
          continue;
        }
        waiting.push(summarize(name, envelope));
        this.#waiting.add(envelope.id.toLowerCase());
      } catch (error) {
        return { waiting, obstacle: new ItemFailure(inbox.path(name), '', error) };
      }
    }
    return { waiting, obstacle: null };
  }

  #formerContextId(id: string): number | null {
    const state = this.#deps.lastStates.read(id);
    return state && summarize('', { ...state, udm_object_type: 'oxmail/oxcontext' }).contextId;
  }

  #prepare(turn: Turn): Prepared | null {
    const { inbox, lastStates, log } = this.#deps;
    const path = inbox.path(turn.name);
    let dn = '';
    try {
      const given = this.#files.take(turn.name);
      if (given === null) {
        log.debug('file is gone', { file: path });
        return null;
      }
      dn = given.dn;
      const before = lastStates.read(given.id);
      const envelope = given.oxConnectorReprovision ? before : given;
      if (envelope === null || (envelope.object === null && before === null)) {
        return { touches: [], act: async () => () => this.#drop(turn, given, path) };
      }
      const change = changeOf(envelope, before, path, this.#deps.checkObject);
      const parked = this.#parkedReference(change);
      if (parked !== undefined) {
        const reason = `refers to ${parked}, which is parked`;
        return { touches: [], act: async () => () => this.#park(turn, envelope, reason) };
      }
      const plan = this.#deps.registry[change.type].plan(change);
      return {
        touches: [...plan.touches, ...(plan.lanes ?? [])],
        act: () => this.#act(turn, envelope, change, plan, path),
      };
    } catch (error) {
      throw new ItemFailure(path, dn, error);
    }
  }

  async #act(turn: Turn, envelope: Envelope, change: Change, plan: Plan, path: string): Promise<Settle> {
    const started = process.hrtime.bigint();
    const { announce, log, registry } = this.#deps;
    const about = { file: path, type: change.type, dn: change.dn };
    const warn = (reason: string): void => log.warning('not as wished', { ...about, reason });
    const orFail = (settle: Settle) => (): void => {
      try {
        settle();
      } catch (error) {
        throw new ItemFailure(path, change.dn, error);
      }
    };
    try {
      announce(change.dn);
      if (this.#mayComeBack.has(turn.id)) {
        this.#makeRemovalsDurable();
      }
      plan.warnings.forEach(warn);
      const { skip } = plan;
      if (skip) {
        log.warning('skipped', { ...about, reason: skip.reason });
        return orFail(() => this.#settle(turn, envelope, change, learntBySkip(change, plan)));
      }
      const outcome = await registry[change.type].provision(plan);
      return orFail(() => {
        outcome.warnings.forEach(warn);
        this.#followUps.ofChange(change, outcome);
        forgetContext(change, this.#deps);
        this.#settle(turn, envelope, change, { ...outcome.learnt });
        const duration = `${(process.hrtime.bigint() - started) / MILLISECOND}ms`;
        log.info('provisioned', { ...about, action: outcome.actions.join(', ') || 'nothing to do in OX', duration });
      });
    } catch (error) {
      if (this.#deps.stopOnError || !isAboutObject(error, change)) {
        throw new ItemFailure(path, change.dn, error);
      }
      const { message, remedy } = asConnectorError(error);
      return orFail(() => this.#park(turn, envelope, remedy ? `${message}. What to do: ${remedy}` : message));
    }
  }

  #parkedReference({ after }: Change): string | undefined {
    const { parking, stopOnError } = this.#deps;
    return stopOnError ? undefined : readTexts(after?.users).find((dn) => parking.holds(dn));
  }

  #park(turn: Turn, envelope: Envelope, reason: string): void {
    const { inbox, log, parking } = this.#deps;
    parking.park(turn.name, envelope, reason);
    this.#waiting.delete(turn.id);
    log.error('parked', { file: inbox.path(turn.name), type: envelope.udm_object_type, dn: envelope.dn, reason });
  }

  /** Created and deleted between two runs, or asked to be provisioned again and deleted since. */
  #drop(turn: Turn, envelope: Envelope, path: string): void {
    this.#deps.parking.clear(turn.id);
    this.#letGo(turn);
    const action = 'dropped, the object was never provisioned';
    this.#deps.log.info('provisioned', { file: path, type: envelope.udm_object_type, dn: envelope.dn, action });
  }

  /** The last state first, durably; then the file is let go. */
  #settle(turn: Turn, envelope: Envelope, change: Change, learnt: Readonly<Record<string, unknown>>): void {
    const { known, lastStates, parking } = this.#deps;
    known.track(change.id, () => {
      if (change.after === null) {
        lastStates.remove(change.id);
        return null;
      }
      const { oxConnectorReprovision: _, ...rest } = envelope;
      const state: Envelope = { ...rest, object: { ...change.after, ...learnt } } as Envelope;
      lastStates.write(state);
      return state;
    });
    // What is parked of the object is older, and goes before the newer file does: put back later it would undo it.
    parking.clear(change.id);
    this.#letGo(turn);
  }

  /** What somebody has written into the file meanwhile stays, for the next look at the queue. */
  #letGo(turn: Turn): void {
    if (this.#files.isAsTaken(turn.name)) {
      this.#deps.inbox.remove(turn.name);
    }
    this.#mayComeBack.add(turn.id);
    if (this.#mayComeBack.size >= MOST_TO_COME_BACK) {
      this.#makeRemovalsDurable();
    }
    this.#waiting.delete(turn.id);
    this.#processed += 1;
  }

  #makeRemovalsDurable(): void {
    this.#deps.inbox.sync();
    this.#mayComeBack.clear();
  }
}

/** A context is never set aside: everything else depends on it. */
function isAboutObject(error: unknown, change: Change): boolean {
  return change.type !== 'oxmail/oxcontext' && faultOf(error)?.isAboutObject === true;
}
