/** Objects that are provisioned again because of what happened to others: durably in the queue before that is settled. */

import { asConnectorError } from '../errors/connector-error.ts';
import type { Logger } from '../logger/logger.ts';
import { addAgain } from '../memory/again.ts';
import type { Memory } from '../memory/memory.ts';
import type { Change } from '../model/change.ts';
import { claimKeys } from '../model/claims.ts';
import { dnKey } from '../model/dn.ts';
import { contextNumber, TYPES } from '../model/types.ts';
import { readText, readTexts } from '../model/udm.ts';
import type { Outcome } from '../provisioners/provisioner.ts';
import type { Inbox } from '../queue/inbox.ts';
import { comparePlaces } from '../queue/listing.ts';
import type { Parking } from '../queue/parking.ts';
import { forgetOxId } from './notes.ts';

export interface FollowUpsDeps {
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly hasCredentials: (context: number) => boolean;
  readonly parking: Parking;
  readonly log: Logger;
}

export class FollowUps {
  readonly #deps: FollowUpsDeps;
  readonly #waiting: Set<string>;
  /** Context and object: once in a run, whatever comes of it. */
  readonly #woken = new Set<string>();

  /** `waiting`: the objects that a file in the queue provisions, whatever it says; those that are put there are added. */
  constructor(deps: FollowUpsDeps, waiting: Set<string>) {
    this.#deps = deps;
    this.#waiting = waiting;
  }

  /**
   * A user that is new in a context: what names it is provisioned again (docs/behaviour.md, "Users"). So is what names
   * a user by the DN that it only gets now, because its renaming was refused at first. A context that is ours now: so
   * is what waited for it. An account that could not be removed while its address was the user's own: looked at again.
   * Users that OX has under another id than remembered, if at all: looked up by name, they bring their groups back.
   */
  ofChange(change: Change, outcome: Outcome): void {
    const { isContext, isMember } = TYPES[change.type];
    if (isContext) {
      const context = contextNumber(change.type, change.after);
      this.wakeSkipped(context === null ? [] : [context]);
    } else if (isMember && outcome.appeared && change.after !== null) {
      this.#bringBack(change.dn, readTexts(change.after.groups));
    } else if (isMember && change.after !== null && hasNewDn(change)) {
      this.#bringBack(change.dn, []);
    }
    if (isMember) {
      // They name it by the id that it had then.
      const ids = [change.id, ...readTexts(change.before?.oxDbFormerIds)];
      this.again(ids.flatMap((id) => this.#deps.memory.claimants(claimKeys.leftOver(id))));
    }
    for (const id of outcome.stale.flatMap(({ context, oxId }) =>
      this.#deps.memory.claimants(claimKeys.userId(context, oxId)),
    )) {
      // In this order: cut off in between, the file at hand comes again and finds the same.
      this.#again(id);
      forgetOxId(id, this.#deps.memory);
    }
  }

  /**
   * Puts objects back that were skipped because their context had no credentials, and now has. Answers whether any.
   * `contexts`: those that may have; each is asked about when it turns up, not all of them again.
   */
  wakeSkipped(contexts: readonly number[] = this.#deps.memory.skippedContexts()): boolean {
    const { memory, hasCredentials, parking } = this.#deps;
    const asleep = contexts
      .filter(hasCredentials)
      .flatMap((context) => memory.skippedFor(context).map((id) => ({ id, context })));
    const awake = asleep
      .filter(({ id, context }) => !this.#waiting.has(id) && !this.#woken.has(`${context} ${id}`) && !parking.holds(id))
      .flatMap(({ id, context }) => this.#sleeper(id, context));
    for (const { id, context } of awake.sort((a, b) => comparePlaces(a.file, b.file))) {
      this.#woken.add(`${context} ${id}`);
      this.#again(id);
    }
    return awake.length > 0;
  }

  /** With the file that it was skipped at: names and addresses pass on in the order of the files. */
  #sleeper(id: string, context: number): { id: string; context: number; file: string }[] {
    try {
      const file = readText(this.#deps.memory.read(id)?.object?.oxDbSkippedFile) ?? '';
      return [{ id, context, file }];
    } catch (error) {
      this.#woken.add(`${context} ${id}`);
      this.#deps.log.warning('waits on, its last state cannot be read', {
        id,
        reason: asConnectorError(error).message,
      });
      return [];
    }
  }

  again(ids: readonly string[]): void {
    for (const id of ids) {
      this.#again(id);
    }
  }

  #bringBack(user: string, groupsOfUser: readonly string[]): void {
    const { memory } = this.#deps;
    const groups = groupsOfUser.flatMap((dn) => memory.byDn(dn)?.id ?? []);
    for (const id of new Set([...memory.referring(user), ...groups])) {
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
    try {
      if (addAgain(this.#deps.inbox, this.#deps.memory, id) !== null) {
        this.#waiting.add(id);
      }
    } catch (error) {
      const { code, message, remedy } = asConnectorError(error);
      if (code !== 'LAST_STATE_BROKEN') {
        throw error;
      }
      this.#deps.log.warning('not as wished', { id, reason: `is not provisioned again: ${message}. ${remedy}` });
    }
  }
}

function hasNewDn({ dn, formerDn }: Change): boolean {
  return formerDn !== null && dnKey(formerDn) !== dnKey(dn);
}
