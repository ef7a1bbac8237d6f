/** Last states of a run that changes nothing: those that it would write, over those that there are. */
import { ifPossible } from '../errors/if-possible.ts';
import type { LastStateFiles } from '../memory/last-state.ts';
import type { Envelope } from '../model/change.ts';
import type { DryInbox, Read } from './dry-run.ts';

/** A last state as what its file of the queue says, with what differs from that. */
interface Derived {
  readonly name: string;
  readonly envelope: Difference;
  readonly object: Difference;
}

interface Difference {
  readonly without: readonly string[];
  readonly more: Readonly<Record<string, unknown>>;
}

/**
 * There may be as many as files in the queue, with all that UDM says of them: of a state that its file tells, only the
 * difference is kept, and it is read again where somebody asks.
 */
export function dryLastStates(real: LastStateFiles, queue: Pick<DryInbox, 'read' | 'sourceOf'>): LastStateFiles {
  const changed = new Map<string, Envelope | Derived | null>();
  const keep = (state: Envelope): void => {
    const source = queue.sourceOf(state);
    const isTold = source?.envelope.object && state.object;
    changed.set(state.id.toLowerCase(), isTold ? derived(state, source) : state);
  };
  return {
    ...real,
    read: (id) => {
      const known = changed.get(id.toLowerCase());
      if (known === undefined) {
        return real.read(id);
      }
      // A run beside the plan has let the file go: what it made of it is there.
      return known !== null && isDerived(known) ? (stateOf(id.toLowerCase(), known, queue) ?? real.read(id)) : known;
    },
    has: (id) => {
      const known = changed.get(id.toLowerCase());
      return known === undefined ? real.has(id) : known !== null;
    },
    ids: () => {
      const made = [...changed].flatMap(([id, state]) => (state === null ? [] : id));
      return [...made, ...real.ids().filter((id) => !changed.has(id.toLowerCase()))];
    },
    write: keep,
    remove: (id) => void changed.set(id.toLowerCase(), null),
    move: (formerId, envelope) => {
      changed.set(formerId.toLowerCase(), null);
      keep(envelope);
    },
  };
}

function isDerived(state: Envelope | Derived): state is Derived {
  return 'name' in state && !('id' in state);
}

type Fields = Readonly<Record<string, unknown>>;

function derived(state: Envelope, { name, envelope }: Read): Derived {
  const [{ object: source, ...told }, { object, ...rest }] = [envelope, state];
  return { name, envelope: difference(rest, told), object: difference(object ?? {}, source ?? {}) };
}

/** null: its file does not tell it any more. */
function stateOf(id: string, { name, envelope, object }: Derived, queue: Pick<DryInbox, 'read'>): Envelope | null {
  const source = ifPossible(() => queue.read(name));
  if (source?.object && source.id.toLowerCase() === id) {
    const { object: told, ...rest } = source;
    return { ...applied(rest, envelope), object: applied(told, object) } as Envelope;
  }
  return null;
}

function difference(wanted: Fields, told: Fields): Difference {
  const isTold = (field: string): boolean => field in told && Object.is(wanted[field], told[field]);
  return {
    without: Object.keys(told).filter((field) => !(field in wanted)),
    more: Object.fromEntries(Object.entries(wanted).filter(([field]) => !isTold(field))),
  };
}

function applied(told: Fields, { without, more }: Difference): Fields {
  const kept = Object.entries(told).filter(([field]) => !without.includes(field));
  return { ...Object.fromEntries(kept), ...more };
}
