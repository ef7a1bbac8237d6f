/** Last states and the index of them in a folder of their own, as a run opens them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LastStateFiles, openLastStates } from '../../lib/memory/last-state.ts';
import { type Memory, openMemory } from '../../lib/memory/memory.ts';
import type { Envelope } from '../../lib/model/change.ts';
import { envelopeMistakes } from '../../lib/validate/envelope.ts';
import type { QueueFile } from './objects.ts';
import { freshFolder } from './temporary.ts';

export interface Remembered {
  states: LastStateFiles;
  /** Closed after each test. */
  known: Memory;
  readonly folder: () => string;
  readonly indexFile: () => string;
  readonly open: () => Memory;
  /** A new run. */
  readonly again: () => void;
  /** As a run does. */
  readonly settle: (...files: readonly QueueFile[]) => void;
}

export function useRemembered(): Remembered {
  const folder = freshFolder();
  const open = (): Memory => openMemory(folder(), remembered.states);
  const remembered: Remembered = {
    states: undefined as unknown as LastStateFiles,
    known: undefined as unknown as Memory,
    folder,
    indexFile: () => join(folder(), '.index.sqlite'),
    open,
    again() {
      remembered.known.close();
      remembered.known = open();
    },
    settle(...files) {
      for (const file of files) {
        remembered.known.put(file as Envelope);
      }
    },
  };
  beforeEach(() => {
    remembered.states = openLastStates(folder(), envelopeMistakes);
    mkdirSync(remembered.states.directory, { recursive: true });
    remembered.known = open();
  });
  afterEach(() => remembered.known.close());
  return remembered;
}
