/** What others do to OX behind the connector's back; each is put right by a resync. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workplace } from '../harness/workplace.ts';
import type { ContextState, Sandbox } from '../sandbox/client.ts';
import { type Choice, pick } from './choice.ts';
import type { Directory } from './directory.ts';
import { STRANGERS } from './observed.ts';

const RENAMED = '.else';

function isRenamed({ name }: { readonly name: string }): boolean {
  return name.endsWith(RENAMED);
}

/** Answers whether there was something to do it to. */
type Mishap = (sandbox: Sandbox, directory: Directory, place: Workplace, choice: Choice) => Promise<boolean>;

export const mishaps: Readonly<Record<string, Mishap>> = {
  'user deleted in OX': onUser((sandbox, context, name) => sandbox.drift({ deleteUser: { context, name } })),

  'user changed in OX': onUser((sandbox, context, name, { c }) =>
    sandbox.drift({
      setUser: {
        context,
        name,
        fields: { company: 'elsewhere', given_name: `X${c}`, moduleAccess: { webmail: true, infostore: c % 2 === 0 } },
      },
    }),
  ),

  'user readdressed in OX': onUser((sandbox, context, name, { c }) => {
    const mail = `${name}.${c}@elsewhere.org`;
    const fields = {
      primaryEmail: mail,
      email1: mail,
      aliases: [mail],
      defaultSenderAddress: mail,
      display_name: `Z ${name}`,
    };
    return sandbox.drift({ setUser: { context, name, fields } });
  }),

  /** Known by its id and its address still; without its id, as after a restored backup, nobody could tell. */
  'user renamed in OX': async (sandbox, _directory, place, { a }) => {
    const known = Object.values(place.lastStates()).map(({ object }) => object as Record<string, unknown> | null);
    const users = (await contextsOf(sandbox)).flatMap((context) =>
      context.users
        .filter(({ id, name, primaryEmail }) =>
          known.some(
            (each) =>
              each?.oxDbId === id &&
              each.oxDbUsername === name &&
              each.oxDbContext === context.id &&
              each.mailPrimaryAddress === primaryEmail,
          ),
        )
        .map(({ name }) => ({ context: context.id, name })),
    );
    const user = pick(users, a);
    if (user === undefined) return false;
    await sandbox.drift({ setUser: { ...user, fields: { name: `${user.name}${RENAMED}` } } });
    return true;
  },

  /** Somebody made another user under the name: it has another id, other values, and is in no group. */
  'user replaced in OX': onUser(async (sandbox, context, name) => {
    await sandbox.drift({ deleteUser: { context, name } });
    const user = { name, display_name: `Other ${name}`, language: 'de_DE', timezone: 'Europe/Berlin' };
    await sandbox.seed({ contexts: { [context]: { users: [user] } } });
  }),

  'account removed in OX': async (sandbox, _directory, _place, { a }) => {
    const held = (await contextsOf(sandbox)).flatMap((context) =>
      context.users
        .filter(({ name }) => name !== STRANGERS.user)
        .flatMap(({ name, accounts }) =>
          accounts.map(({ primaryAddress }) => ({ context: context.id, name, primaryAddress })),
        ),
    );
    const removeAccount = pick(held, a);
    if (removeAccount === undefined) return false;
    await sandbox.drift({ removeAccount });
    return true;
  },

  'group deleted in OX': onGroup((sandbox, context, name) => sandbox.drift({ deleteGroup: { context, name } })),

  'group emptied in OX': onGroup((sandbox, context, name) =>
    sandbox.drift({ setGroup: { context, name, displayname: 'emptied', members: [] } }),
  ),

  'group joined by a stranger': onGroup((sandbox, context, name, { c }) =>
    sandbox.drift({ setGroup: { context, name, members: context === 10 && c % 2 === 0 ? [STRANGERS.user] : [2] } }),
  ),

  'resource deleted in OX': onResource((sandbox, context, name) =>
    sandbox.drift({ deleteResource: { context, name } }),
  ),

  'resource changed in OX': onResource((sandbox, context, name) =>
    sandbox.drift({ setResource: { context, name, fields: { displayname: 'X', description: 'Y' } } }),
  ),

  /** With its file in the queue again, where the directory still has it; else its deletion is there already. */
  'context deleted in OX': async (sandbox, directory, place, { a }) => {
    const there = (await contextsOf(sandbox)).filter(({ id }) => id !== 10);
    const context = pick(there, a);
    if (context === undefined) return false;
    await sandbox.drift({ deleteContext: { context: context.id } });
    const own = [...directory.contexts.values()].filter(({ number }) => number === context.id);
    place.drop(...own.map(({ id }) => directory.fileOf('context', id)));
    return true;
  },

  /** As after a restored backup: nobody tells the connector. */
  'ids changed in OX': async (sandbox, _directory, _place, { a }) => {
    const all = await contextsOf(sandbox);
    const context = pick(all, a);
    if (context === undefined || all.some(({ users }) => users.some(isRenamed))) return false;
    await sandbox.drift({ renumber: { context: context.id } });
    return true;
  },

  /** As after a restored backup, followed by what is documented: the ids are forgotten, and found again with the users. */
  'ids changed in OX and forgotten': async (sandbox, directory, place, { a }) => {
    const all = await contextsOf(sandbox);
    const context = pick(all, a);
    if (context === undefined || all.some(({ users }) => users.some(isRenamed))) return false;
    if (Object.keys(place.lastStates()).length === 0) return false;
    await sandbox.drift({ renumber: { context: context.id } });
    forgetInLastStates(place, (name) => name === 'oxDbId');
    place.drop(...[...directory.users.keys()].map((id) => directory.fileOf('user', id)));
    return true;
  },
};

type Act = (sandbox: Sandbox, context: number, name: string, choice: Choice) => Promise<void>;

function onUser(act: Act): Mishap {
  return onOne(({ users }) => users.filter((user) => !isRenamed(user)), STRANGERS.user, act);
}
function onGroup(act: Act): Mishap {
  return onOne(({ groups }) => groups.filter(({ id }) => id !== 1), STRANGERS.group, act);
}
function onResource(act: Act): Mishap {
  return onOne(({ resources }) => resources, STRANGERS.resource, act);
}

function onOne(objects: (context: ContextState) => { name: string }[], stranger: string, act: Act): Mishap {
  return async (sandbox, _directory, _place, choice) => {
    const all = (await contextsOf(sandbox)).flatMap((context) =>
      objects(context)
        .filter(({ name }) => name !== stranger)
        .map(({ name }) => ({ context: context.id, name })),
    );
    const one = pick(all, choice.a);
    if (one === undefined) return false;
    await act(sandbox, one.context, one.name, choice);
    return true;
  };
}

async function contextsOf(sandbox: Sandbox): Promise<ContextState[]> {
  return Object.values((await sandbox.state()).contexts);
}

/** Removes what is remembered under these names from all of `old/`. */
export function forgetInLastStates(place: Workplace, isForgotten: (name: string) => boolean): void {
  const old = join(place.queue, 'old');
  for (const name of readdirSync(old)) {
    const state = JSON.parse(readFileSync(join(old, name), 'utf8')) as { object: Record<string, unknown> };
    const object = Object.fromEntries(Object.entries(state.object).filter(([key]) => !isForgotten(key)));
    writeFileSync(join(old, name), JSON.stringify({ ...state, object }));
  }
}
