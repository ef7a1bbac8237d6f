/** The control side: JSON over HTTP for tests, below /sandbox/. */

import type { Sandbox } from './answer.ts';
import { settleDeletions } from './deletions.ts';
import { applyDrift } from './drift.ts';
import { mergeOptions } from './options.ts';
import { PAGE } from './page.ts';
import { seedWorld } from './seed.ts';
import { canonicalState, fullState } from './snapshot.ts';
import type { CallRecord, Drift, Rule, SandboxOptions, Seed } from './types.ts';

export interface ControlAnswer {
  status: number;
  type: string;
  body: string;
}

export interface Control {
  sandbox: Sandbox;
  /** What a reset goes back to. */
  start: { options: SandboxOptions; seed: Seed };
  closeIdle(): void;
  optionsChanged(): void;
}

export function handleControl(control: Control, method: string, url: URL, body: string): ControlAnswer {
  try {
    settleDeletions(control.sandbox.world);
    const path = url.pathname.slice('/sandbox/'.length);
    if (method === 'GET' && path === '') return { status: 200, type: 'text/plain; charset=utf-8', body: PAGE };
    const result = method === 'GET' ? read(control, path, url.searchParams) : write(control, method, path, body);
    if (result === undefined) return json(404, { error: `no ${method} ${url.pathname}` });
    return json(200, result);
  } catch (cause) {
    return json(400, { error: cause instanceof Error ? cause.message : String(cause) });
  }
}

function json(status: number, value: unknown): ControlAnswer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function read({ sandbox }: Control, path: string, query: URLSearchParams): unknown {
  const { world, journal, rules } = sandbox;
  switch (path) {
    case 'state':
      return query.get('ids') === 'names' ? canonicalState(world) : fullState(world);
    case 'calls':
      return query.has('count') ? journal.counts : selected(journal.calls, query);
    case 'violations':
      return journal.violations;
    case 'connections':
      return journal.connections;
    case 'rules':
      return rules.remaining;
    case 'options':
      return world.options;
    default:
      return undefined;
  }
}

function selected(calls: CallRecord[], query: URLSearchParams): CallRecord[] {
  const service = query.get('service');
  const operation = query.get('operation');
  const since = Number(query.get('since') ?? 0);
  return calls.filter(
    (call) =>
      call.n > since &&
      (service === null || call.service === service) &&
      (operation === null || call.operation === operation),
  );
}

function write(control: Control, method: string, path: string, body: string): unknown {
  const { world, rules } = control.sandbox;
  if (method === 'DELETE' && path === 'rules') {
    rules.clear();
    return {};
  }
  if (method !== 'POST') return undefined;
  const sent: unknown = body.trim() === '' ? null : JSON.parse(body);
  switch (path) {
    case 'reset':
      reset(control, sent as Seed | null);
      return {};
    case 'seed':
      seedWorld(world, (sent ?? {}) as Seed);
      return {};
    case 'drift':
      for (const drift of listOf<Drift>(sent)) applyDrift(world, drift);
      return {};
    case 'options':
      world.options = mergeOptions(world.options, (sent ?? {}) as Record<string, unknown>);
      control.optionsChanged();
      return world.options;
    case 'rules':
      rules.add(listOf<Rule>(sent));
      return rules.remaining;
    case 'close':
      control.closeIdle();
      return {};
    default:
      return undefined;
  }
}

function reset(control: Control, seed: Seed | null): void {
  const { world, journal, rules } = control.sandbox;
  world.contexts.clear();
  world.deletions.clear();
  world.locks.clear();
  world.copies.clear();
  world.options = { ...control.start.options };
  control.optionsChanged();
  rules.clear();
  journal.reset();
  seedWorld(world, seed ?? control.start.seed);
}

function listOf<T>(sent: unknown): T[] {
  return (Array.isArray(sent) ? sent : [sent]) as T[];
}
