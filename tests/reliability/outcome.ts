/** What a history led to, in a form that is equal for equal histories: OX, `old/`, credentials, profiles, index, files. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openLastStates } from '../../lib/memory/last-state.ts';
import { openMemory } from '../../lib/memory/memory.ts';
import { readText, readTexts } from '../../lib/model/udm.ts';
import type { Workplace } from '../harness/workplace.ts';
import type { Sandbox, SandboxState } from '../sandbox/client.ts';

export type Outcome = Readonly<Record<string, unknown>>;

export async function outcomeOf(place: Workplace, sandbox: Sandbox): Promise<Outcome> {
  const state = await sandbox.state();
  return {
    OX: (await sandbox.canonicalState()).contexts,
    queue: place.waiting(),
    'last states': lastStatesOf(place, state),
    credentials: credentialsOf(place, state),
    profiles: place.profiles(),
    files: filesOf(place),
    'answers of the index': answersOfIndex(place, state),
    'answers of a new index': answersOfNewIndex(place, state),
  };
}

/** Where the first difference is, with what was expected and found; null: nowhere. */
export function difference(found: unknown, expected: unknown, where = ''): string | null {
  if (isDeepStrictEqual(found, expected)) {
    return null;
  }
  if (isNode(found) && isNode(expected)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const inner = difference(found[name], expected[name], where === '' ? name : `${where} / ${name}`);
      if (inner !== null) {
        return inner;
      }
    }
  }
  return `${where}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`.slice(0, 2000);
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** OX's ids depend on the history: each is replaced by the name of the user that it leads to. */
function nameOf(state: SandboxState, context: unknown, id: unknown): string {
  const user = state.contexts[String(context)]?.users.find((each) => each.id === id);
  return user ? `id of ${user.name} in ${String(context)}` : `stale id in ${String(context)}`;
}

function lastStatesOf(place: Workplace, state: SandboxState): unknown {
  return Object.entries(place.lastStates()).map(([file, last]) => {
    const object = last.object as Record<string, unknown>;
    const id = object.oxDbId === undefined ? {} : { oxDbId: nameOf(state, object.oxDbContext, object.oxDbId) };
    return { file, ...last, object: { ...object, ...id } };
  });
}

/** Passwords are random: what counts is that OX accepts them. */
function credentialsOf(place: Workplace, state: SandboxState): unknown {
  return Object.entries(place.credentials()).map(([context, { adminuser, adminpass }]) => {
    const admin = state.contexts[context]?.admin;
    const isValid = context === 'master' || (admin?.name === adminuser && passwordFits(admin.password, adminpass));
    return { context, adminuser, isValid };
  });
}

function passwordFits(stored: string | undefined, given: string): boolean {
  return stored === given || stored === createHash('sha256').update(given).digest('hex');
}

/** Derived, under names that are fixed. All else is listed: nothing is left behind. */
const DERIVED = /^listener\/\.(?:index\.sqlite|lock|runs?$|runs?\.tmp$|again-\d+\.tmp$|context-deletions(?:\.tmp)?$)/;

function filesOf(place: Workplace): string[] {
  const files = readdirSync(place.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(place.data, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !DERIVED.test(path)).sort();
}

function answersOfNewIndex(place: Workplace, state: SandboxState): unknown {
  for (const name of readdirSync(place.queue).filter((each) => each.startsWith('.index.sqlite'))) {
    rmSync(join(place.queue, name));
  }
  return answersOfIndex(place, state);
}

function answersOfIndex(place: Workplace, state: SandboxState): unknown {
  const known = openMemory(
    place.queue,
    openLastStates(place.queue, () => []),
  );
  const dns = new Set<string>();
  for (const last of Object.values(place.lastStates())) {
    dns.add(String(last.dn));
    for (const dn of [...readTexts((last.object as Record<string, unknown>).users), readText(last.dn) ?? '']) {
      dns.add(dn);
    }
  }
  const describe = (dn: string): unknown => {
    const object = known.byDn(dn);
    return object && { ...object, oxId: object.oxId === null ? null : nameOf(state, object.context, object.oxId) };
  };
  const answers = [...dns].sort().map((dn) => ({ dn, object: describe(dn), referring: known.referring(dn) }));
  const skipped = known.awaited().map((what) => ({ what, ids: known.waitingFor(what) }));
  known.close();
  return { answers, skipped };
}
