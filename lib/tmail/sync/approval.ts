/** Whether a person may have the mailbox of its address: whose was it, and is there mail of somebody else? */
import { type Fresh, isSamePerson, type Memory } from '../memory.ts';
import type { Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import { leftMailWords } from './report.ts';
import type { Selection } from './selection.ts';
import type { Tally } from './tally.ts';

interface ApprovalDeps extends Selection {
  readonly server: TmailServer;
  readonly tally: Pick<Tally, 'refuseAccount'>;
}

/** `fresh` null: as it is remembered. */
export interface Approval {
  readonly fresh: Fresh | null;
}

/** null: this person's mailbox is not touched in this run. */
export async function approve(person: Person, deps: ApprovalDeps): Promise<Approval | null> {
  const { memory, options, site, tally } = deps;
  const { address, id } = person;
  const isThere = site.users.has(address);
  if (isThere && options.update === false) {
    return null;
  }
  if (!options.facets.includes('account')) {
    return approveWithoutAccount(person, deps);
  }
  if (!isThere && options.create === false) {
    return null;
  }
  const owner = memory.ownerOf(address);
  if (isThere && !isSamePerson(owner, id)) {
    return approveTakeOver(person, owner ?? '', deps);
  }
  const left = memory.leftMail.get(address);
  if (left && left.owner === id) {
    return { fresh: isThere ? null : 'back' };
  }
  const known = memory.mailboxes.get(address);
  if (known?.fresh !== undefined && isSamePerson(known.id, id)) {
    return { fresh: null };
  }
  if (leftBy(memory, address, id) !== null) {
    return tally.refuseAccount(person, ...leftMailWords(address));
  }
  return { fresh: isThere ? (left ? 'taken over' : null) : 'created' };
}

/** Accounts are made elsewhere, or by another run: whose the mailbox is, is decided there. */
function approveWithoutAccount(person: Person, { memory, tally }: ApprovalDeps): Approval | null {
  const { address, id } = person;
  const known = memory.mailboxes.get(address);
  const isAnothers = known !== undefined && !isSamePerson(known.id, id);
  if (isAnothers && known.account === true) {
    return tally.refuseAccount(
      person,
      `${address} is remembered as the mailbox of somebody else`,
      'A run with the job account decides whether this person gets it.',
    );
  }
  return { fresh: isAnothers ? 'taken over' : null };
}

/** The mailbox is there and was another's. */
async function approveTakeOver(person: Person, owner: string, deps: ApprovalDeps): Promise<Approval | null> {
  const { memory, server, gathered, tally } = deps;
  const { address } = person;
  if (gathered.ids.has(owner)) {
    return tally.refuseAccount(
      person,
      `${address} is still the mailbox of somebody else in the directory, whose own address could not be changed`,
      'Give one of them another address, or solve what is said of the other one; this one follows by itself.',
    );
  }
  // Whether that one is still there is not known.
  if (gathered.failure !== null) {
    return null;
  }
  const left = memory.leftMail.get(address);
  if (left?.adopted !== true && (await server.mailboxes(address)) > 0) {
    memory.leftMail.put(address, { owner });
    return tally.refuseAccount(person, ...leftMailWords(address));
  }
  return { fresh: 'taken over' };
}

/** Whose mail waits at the address, unless it is this person's or was given on; null: nobody's. */
export function leftBy({ leftMail }: Memory, address: string, id: string | null): string | null {
  const left = leftMail.get(address);
  return left && left.adopted !== true && left.owner !== id ? left.owner : null;
}
