/** Objects that are provisioned again because of what happened to others: durably in the queue before that is settled. */

import { asConnectorError } from '../errors/connector-error.ts';
import { addAgain } from '../memory/again.ts';
import { unlessDamaged } from '../memory/last-state.ts';
import type { Change } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import { providedBy, TYPES } from '../model/types.ts';
import { readText, readTexts } from '../model/udm.ts';
import { comparePlaces } from '../queue/listing.ts';
import type { Outcome } from '../target/outcome.ts';
import type { Target } from '../target/target.ts';
import type { World } from './world.ts';

export type FollowUpsDeps = Pick<World, 'inbox' | 'memory' | 'parking' | 'log'> & {
  readonly target: Pick<Target, 'isReady' | 'affected'>;
};

export class FollowUps {
  readonly #deps: FollowUpsDeps;
  readonly #waiting: Set<string>;
  /** What was waited for, and by which objects: once in a run, whatever comes of it. */
  readonly #woken = new Map<string, Set<string>>();

  /** `waiting`: the objects that a file in the queue provisions, whatever it says; those that are put there are added. */
  constructor(deps: FollowUpsDeps, waiting: Set<string>) {
    this.#deps = deps;
    this.#waiting = waiting;
  }

  /**
   * An object that is new there: what names it is provisioned again (docs/behaviour.md, "Users"). So is what names it by
   * the DN that it only gets now, because its renaming was refused at first. What others need is there: so is what waited for
   * it. What else is affected, the target knows.
   */
  ofChange(change: Change, outcome: Outcome): void {
    const { provides, isMember } = TYPES[change.type];
    if (provides) {
      const provided = providedBy(change.type, change.after ?? change.before);
      if (provided !== null) {
        // It may be gone, or another one than before: who has come to that one has not come to this one.
        this.#woken.delete(provided);
        this.wakeSkipped([provided]);
      }
    } else if (isMember && outcome.appeared && change.after !== null) {
      const { id, dn, formerDn } = change;
      // A DN that it gives up by this change is noted later, and was noted if the run before was cut off.
      const dns = new Set([dn, formerDn ?? dn, ...this.#deps.memory.formerDnsOf(id)]);
      this.#bringBack([...dns], readTexts(change.after.groups));
    } else if (isMember && change.after !== null && hasNewDn(change)) {
      this.#bringBack([change.dn], []);
    }
    this.again(this.#deps.target.affected(change, outcome));
  }

  /**
   * Puts objects back that were skipped for want of something that is there by now. Answers whether any.
   * `of`: what may be; each is asked about when it turns up, not all of them again.
   */
  wakeSkipped(of: readonly string[] = this.#deps.memory.awaited()): boolean {
    const { memory, target, parking } = this.#deps;
    const asleep = of
      .filter((what) => target.isReady(what))
      .flatMap((what) => memory.waitingFor(what).map((id) => ({ id, what })));
    const awake = asleep
      .filter(({ id, what }) => !this.#waiting.has(id) && !this.#woken.get(what)?.has(id) && !parking.holds(id))
      .flatMap(({ id, what }) => this.#sleeper(id, what));
    for (const { id, what } of awake.sort((a, b) => comparePlaces(a.file, b.file))) {
      this.#noteWoken(id, what);
      this.#again(id);
    }
    return awake.length > 0;
  }

  /** With the file that it was skipped at: names and addresses pass on in the order of the files. */
  #sleeper(id: string, what: string): { id: string; what: string; file: string }[] {
    try {
      const file = readText(this.#deps.memory.read(id)?.object?.oxDbSkippedFile) ?? '';
      return [{ id, what, file }];
    } catch (error) {
      this.#noteWoken(id, what);
      this.#deps.log.warning('waits on, its last state cannot be read', {
        id,
        reason: asConnectorError(error).message,
      });
      return [];
    }
  }

  #noteWoken(id: string, what: string): void {
    this.#woken.set(what, (this.#woken.get(what) ?? new Set()).add(id));
  }

  again(ids: readonly string[]): void {
    for (const id of ids) {
      this.#again(id);
    }
  }

  #bringBack(dns: readonly string[], groupsOfUser: readonly string[]): void {
    const { memory } = this.#deps;
    const groups = groupsOfUser.flatMap((dn) => memory.byDn(dn)?.id ?? []);
    const referring = dns.flatMap((each) => memory.referring(each));
    for (const id of new Set([...referring, ...groups])) {
      const object = memory.byId(id);
      if (object?.isOx && !TYPES[object.type].isMember) {
        this.#again(id);
      }
    }
  }

  #again(id: string): void {
    if (this.#waiting.has(id)) {
      return;
    }
    const { inbox, memory, log } = this.#deps;
    const name = unlessDamaged(
      () => addAgain(inbox, memory, id),
      ({ message, remedy }) =>
        log.warning('not as wished', { id, reason: `is not provisioned again: ${message}. ${remedy}` }),
    );
    if (name !== null) {
      this.#waiting.add(id);
    }
  }
}

function hasNewDn({ dn, formerDn }: Change): boolean {
  return formerDn !== null && dnKey(formerDn) !== dnKey(dn);
}
