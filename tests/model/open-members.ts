/** Groups and accounts whose news wait, or were refused: who is in them is open, but nobody who is a stranger to them. */
import { ok } from 'node:assert/strict';
import type { Directory } from './directory.ts';
import type { ObservedContext } from './observed.ts';

export interface Waiting {
  readonly id: string;
  readonly name: string;
  readonly mail: string | null;
  readonly members: ReadonlySet<string>;
}

export function waitingOf(held: Directory, behind: ReadonlySet<string>): Waiting[] {
  return [...[...held.groups.values()].map((group) => ({ ...group, mail: null })), ...held.accounts.values()].filter(
    ({ id }) => behind.has(id),
  );
}

/** A group or an account with news that wait names some of its users by DNs that they had: who of them is in it is open. */
export function leaveOpen(
  found: ObservedContext,
  context: ObservedContext,
  { name, mail, members }: Omit<Waiting, 'id'>,
): void {
  if (mail === null) {
    const groups = context.groups as Record<string, readonly string[]>;
    const there = found.groups[name];
    ok(
      (there ?? []).every((member) => members.has(member)),
      `group ${name} has a stranger`,
    );
    if (there === undefined) delete groups[name];
    else groups[name] = there;
    return;
  }
  for (const users of [found.users, context.users]) {
    for (const user of Object.values(users)) {
      const { accounts } = user;
      (user as { accounts: unknown }).accounts = accounts.filter(({ primaryAddress }) => primaryAddress !== mail);
    }
  }
}
