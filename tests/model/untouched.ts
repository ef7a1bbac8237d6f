/** What nobody changed in UDM has to be in OX as it was, field by field and id by id: nobody's object is touched for another's sake. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import type { AccountState, ContextState, GroupState, SandboxState, UserState } from '../sandbox/client.ts';
import type { Directory, User } from './directory.ts';

export class Untouched {
  #before: SandboxState | null = null;
  readonly #changed = new Set<string>();

  /** UDM changed these objects, by the ids that they had first. */
  changed(ids: Iterable<string>): void {
    for (const id of ids) this.#changed.add(id);
  }

  /** OX was changed by others, or is not settled. */
  forget(): void {
    this.#before = null;
  }

  /** OX is right: compares with how it was when it was right last. `rights`: profiles are what they were then. */
  settle(directory: Directory, now: SandboxState, { rights }: { readonly rights: boolean }): void {
    if (this.#before !== null) this.#compare(directory, this.#before, now, rights);
    this.#before = now;
    this.#changed.clear();
  }

  #isChanged(directory: Directory, id: string): boolean {
    return this.#changed.has(directory.firstId(id));
  }

  #compare(directory: Directory, before: SandboxState, now: SandboxState, rights: boolean): void {
    const fresh = [...directory.contexts.values()].filter(({ id }) => this.#isChanged(directory, id));
    for (const [number, then] of Object.entries(before.contexts)) {
      const context = now.contexts[number];
      const isOther = fresh.some((each) => String(each.number) === number);
      if (context !== undefined && !isOther) this.#compareContext(directory, then, context, rights);
    }
  }

  #compareContext(directory: Directory, then: ContextState, now: ContextState, rights: boolean): void {
    const kept = [...directory.users.values()].filter(
      (user) => user.isOx && user.context === now.id && !this.#isChanged(directory, user.id),
    );
    for (const { name } of kept) {
      same(
        this.#user(directory, named(now.users, name), rights),
        this.#user(directory, named(then.users, name), rights),
      );
    }
    for (const { id, name, context } of directory.resources.values()) {
      if (context === now.id && !this.#isChanged(directory, id))
        same(named(now.resources, name), named(then.resources, name));
    }
    for (const { id, name, isOx, members } of directory.groups.values()) {
      const staying = kept.filter((user) => members.has(user.id));
      if (!isOx || this.#isChanged(directory, id) || staying.length === 0) continue;
      same(
        groupOf(named(now.groups, name), now.users, staying),
        groupOf(named(then.groups, name), then.users, staying),
      );
    }
  }

  #user(directory: Directory, user: UserState, rights: boolean): unknown {
    const { accounts, moduleAccess, ...fields } = user;
    const kept = [...directory.accounts.values()]
      .filter(({ id }) => !this.#isChanged(directory, id))
      .map(({ mail }) => mail);
    const own = accounts.filter(({ primaryAddress }: AccountState) => kept.includes(primaryAddress));
    return { ...fields, accounts: own, ...(rights ? { moduleAccess } : {}) };
  }
}

/** Those who stay stay in it; who comes and goes is told by them. */
function groupOf(
  { id, name, displayname, members }: GroupState,
  users: readonly UserState[],
  staying: User[],
): unknown {
  const stays = (member: number): boolean =>
    staying.some((user) => users.some(({ id: one, name: each }) => one === member && each === user.name));
  return { id, name, displayname, members: members.filter(stays) };
}

function named<T extends { readonly name: string }>(objects: readonly T[], name: string): T {
  const found = objects.find((object) => object.name === name);
  ok(found, `OX has no ${name}, which was not touched`);
  return found;
}

function same(actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected, 'OX (actual) is not what it was (expected), though UDM did not change the object');
}
