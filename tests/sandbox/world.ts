/** Everything the sandbox remembers of OX: its contexts, the master admin and the switches. */

import type { OxContext } from './context.ts';
import type { CopyRun } from './copies.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import type { SandboxOptions } from './types.ts';
import type { Fields, Value } from './values.ts';

export interface Credentials {
  login: string;
  password: string;
}

export interface World {
  readonly master: Credentials;
  options: SandboxOptions;
  readonly contexts: Map<number, OxContext>;
  /** Deleted contexts whose tables are not clean yet. */
  readonly deletions: Map<number, { since: number; until: number }>;
  /** Contexts whose users are being written, and until when; the clock is performance.now(). */
  readonly locks: Map<number, number>;
  readonly copies: Set<CopyRun>;
}

/** One SOAP call on its way through a handler. */
export interface Call {
  world: World;
  operation: string;
  args: Fields;
  /** Notes something OX would let pass and a careful client must not do. */
  violation(message: string): void;
}

/** What is left of a call that OX has checked. Nothing of what was checked is held until it is done. */
export class Work {
  readonly act: () => Value | undefined | Promise<Value | undefined>;
  /** The context whose users it writes: one after another. */
  readonly lock: OxContext | null;
  /** How long it takes beside the latency of all calls. */
  readonly ms: number;

  constructor(act: Work['act'], lock: OxContext | null = null, ms = 0) {
    this.act = act;
    this.lock = lock;
    this.ms = ms;
  }
}

/** Null is a nil result, undefined none at all. */
export type Handler = (call: Call) => Value | undefined | Work;
export type Handlers = Readonly<Record<string, Handler>>;

export function createWorld(master: Credentials, options: Partial<SandboxOptions>): World {
  return {
    master,
    options: { ...DEFAULT_OPTIONS, ...options },
    contexts: new Map(),
    deletions: new Map(),
    locks: new Map(),
    copies: new Set(),
  };
}

/** Not case-sensitive, nor are login mappings. */
export function contextByName(world: World, name: string): OxContext | undefined {
  for (const context of world.contexts.values()) {
    if (context.name.toLowerCase() === name.toLowerCase()) return context;
  }
  return undefined;
}

export function contextByMapping(world: World, mapping: string): OxContext | undefined {
  for (const context of world.contexts.values()) {
    if (context.loginMappings.some((own) => own.toLowerCase() === mapping.toLowerCase())) return context;
  }
  return undefined;
}
