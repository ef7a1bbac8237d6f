/** Everything the sandbox remembers of OX: its contexts, the master admin and the switches. */

import type { OxContext } from './context.ts';
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
}

/** One SOAP call on its way through a handler. */
export interface Call {
  world: World;
  operation: string;
  args: Fields;
  /** Notes something OX would let pass and a careful client must not do. */
  violation(message: string): void;
}

/** Null is a nil result, undefined none at all. */
export type Handler = (call: Call) => Value | undefined;
export type Handlers = Readonly<Record<string, Handler>>;

export function createWorld(master: Credentials, options: Partial<SandboxOptions>): World {
  return { master, options: { ...DEFAULT_OPTIONS, ...options }, contexts: new Map() };
}

export function contextByName(world: World, name: string): OxContext | undefined {
  for (const context of world.contexts.values()) {
    if (context.name === name) return context;
  }
  return undefined;
}

export function contextByMapping(world: World, mapping: string): OxContext | undefined {
  for (const context of world.contexts.values()) {
    if (context.loginMappings.includes(mapping)) return context;
  }
  return undefined;
}
