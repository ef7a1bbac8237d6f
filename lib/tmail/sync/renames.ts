/** Whose address changed: their mailboxes are renamed, in an order in which none goes where one is. */
import type { Memory } from '../memory.ts';
import type { Person } from '../person.ts';
import type { Site } from '../site.ts';
import { leftBy } from './approval.ts';
import { leftMailWords } from './report.ts';
import type { Tally } from './tally.ts';

interface RenameDeps {
  readonly site: Site;
  readonly memory: Memory;
  /** false: accounts are none of this configuration's, but may be made by us all the same, with another one. */
  readonly isOn: boolean;
  /** false: whoever waits for a rename waits for another run. */
  readonly isNow: boolean;
  readonly isStopped: () => boolean;
  readonly rename: (person: Person, from: string, to: string) => Promise<boolean>;
  /** Clears what is left at an address without account. Answers whether all is gone. */
  readonly leave: (person: Person, from: string) => Promise<boolean>;
  readonly tally: Pick<Tally, 'refuseAccount'>;
}

interface Wish {
  readonly person: Person;
  readonly from: string;
}

/** Answers those whose mailbox has the right address now, or is none yet. */
export async function renameAll(people: readonly Person[], deps: RenameDeps): Promise<readonly Person[]> {
  const staying: Person[] = [];
  let waiting: Wish[] = [];
  for (const person of people) {
    const from = await whereItIs(person, deps);
    if (from === null || from === person.address) {
      staying.push(person);
    } else if (from !== 'waits') {
      waiting.push({ person, from });
    }
  }
  for (;;) {
    const ready = waiting.filter(({ person }) => !deps.site.users.has(person.address));
    if (ready.length === 0 || deps.isStopped()) {
      break;
    }
    for (const { person, from } of ready) {
      if (leftBy(deps.memory, person.address, person.id) !== null) {
        deps.tally.refuseAccount(person, ...leftMailWords(person.address));
      } else if (!deps.isStopped() && (await deps.rename(person, from, person.address))) {
        staying.push(person);
      }
    }
    waiting = waiting.filter((wish) => !ready.includes(wish));
  }
  if (!deps.isStopped()) {
    for (const wish of waiting) {
      refuse(wish, waiting, deps);
    }
  }
  return staying;
}

/** Finishes what an earlier run began. null: there is no mailbox yet. */
async function whereItIs(person: Person, deps: RenameDeps): Promise<string | null> {
  const { memory, site } = deps;
  const from = person.id === null ? undefined : memory.addressOf(person.id);
  const known = from === undefined ? undefined : memory.mailboxes.get(from);
  if (from === undefined || known === undefined || !(deps.isOn || known.account === true)) {
    return null;
  }
  const begun = known.renaming;
  if (begun === undefined && from === person.address) {
    return from;
  }
  if (!deps.isNow) {
    return 'waits';
  }
  if (begun !== undefined && site.users.has(begun)) {
    return (await deps.rename(person, from, begun)) ? begun : 'waits';
  }
  if (site.users.has(from)) {
    return from;
  }
  // Somebody removed it on the server: there is nothing to rename.
  if (!(await deps.leave(person, from))) {
    return 'waits';
  }
  memory.remove(from);
  return null;
}

function refuse({ person, from }: Wish, waiting: readonly Wish[], { tally }: RenameDeps): void {
  const inTheWay = waiting.find((other) => other.from === person.address);
  const cannot = `the mailbox ${from} cannot become ${person.address}`;
  if (inTheWay) {
    tally.refuseAccount(
      person,
      `${cannot}, which is the mailbox of ${inTheWay.person.dn}, who waits for another one as well`,
      'Where addresses are swapped, give one of them a third address first, and the right one after the next run.',
    );
    return;
  }
  tally.refuseAccount(
    person,
    `${cannot}: there is a mailbox of this address already`,
    'Rename or remove that one (with its mail) on the server, or give the person another address.',
  );
}
