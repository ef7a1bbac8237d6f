/**
 * The main job in this process, on a real data directory and the sandbox OX: files go in, what OX holds, what is left and
 * what was said comes out. Every run opens everything anew, as a new process does.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRun } from '../../bin/work.ts';
import { asConnectorError, type ConnectorError } from '../../lib/errors/connector-error.ts';
import type { Fields } from '../../lib/logger/logger.ts';
import { ItemFailure } from '../../lib/run/item-failure.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { ADMIN_10, type CanonicalContext, type Sandbox, type Seed, startSandbox } from '../sandbox/client.ts';
import type { QueueFile } from './objects.ts';
import { temporaryFolder } from './temporary.ts';
import { makeWorkplace, type Workplace } from './workplace.ts';

export interface Run {
  /** The first failure; null: the queue is empty. */
  readonly failure: ConnectorError | null;
  /** `Service.operation`, in order. */
  readonly calls: readonly string[];
  /** Milliseconds that OX was to be waited for, in order. */
  readonly pauses: readonly number[];
  /** For what. */
  readonly waits: readonly string[];
  /** The reasons of all warnings, in order. */
  readonly warnings: readonly string[];
  /** What all warnings begin with, in order. */
  readonly events: readonly string[];
  /** `dn: action` of every object that was provisioned, in order. */
  readonly actions: readonly string[];
  /** Names of the files left in the queue, and of those set aside. */
  readonly waiting: readonly string[];
  readonly parked: readonly string[];
}

type OxObject = Readonly<Record<string, unknown>>;

export interface Site {
  readonly ox: Sandbox;
  readonly place: Workplace;
  /** Everything as at the beginning of the test. */
  restart(): Promise<void>;
  /** Settings of the runs to come in this test. */
  set(environment: Readonly<Record<string, string>>): void;
  /** Drops the files and drains the queue; throws what stops the run. */
  apply(...files: readonly QueueFile[]): Promise<Run>;
  /** The same for a run that must stop. */
  stopsAt(...files: readonly QueueFile[]): Promise<Run & { readonly failure: ConnectorError }>;
  context(id?: number): Promise<CanonicalContext>;
  /** Names of users, groups and resources that are not OX's own. */
  namesIn(context: number): Promise<unknown[]>;
  /** What OX holds, without ids; undefined: there is no such object. */
  user(name: string, context?: number): Promise<OxObject | undefined>;
  group(name: string, context?: number): Promise<OxObject | undefined>;
  resource(name: string, context?: number): Promise<OxObject | undefined>;
  /** The addresses of the user's secondary accounts. */
  accounts(name: string, context?: number): Promise<OxObject[]>;
  /** OX's number of a user. */
  userId(name: string, context?: number): Promise<number | undefined>;
  /** Writes a last state as an earlier run, another connector or an administrator did. */
  remember(file: QueueFile, learnt?: OxObject): void;
  enterCredentials(...contexts: readonly number[]): void;
  forgetCredentials(context: number): void;
  /** An entry of contexts.json as an administrator writes it. */
  enterLogin(name: number | 'master', login: { readonly adminuser: string; readonly adminpass: string }): void;
  /** The bodies of the calls of an operation since the last reset. */
  bodies(operation: string): Promise<string[]>;
}

export const ADMIN_20 = { name: 'oxadmin-context20', password: 'secret20' } as const;

/** Milliseconds: tests need not wait as long as the product does. */
const LONGEST_PAUSE = 150;

/** Contexts 10 and 20, each with its admin. */
const SEED: Seed = {
  contexts: {
    10: { name: 'context10', admin: { name: ADMIN_10.login, password: ADMIN_10.password } },
    20: { name: 'context20', admin: ADMIN_20 },
  },
};

const LOGINS: Readonly<Record<number, { adminuser: string; adminpass: string }>> = {
  10: { adminuser: ADMIN_10.login, adminpass: ADMIN_10.password },
  20: { adminuser: ADMIN_20.name, adminpass: ADMIN_20.password },
};

/** One sandbox for the test file, fresh in every test; no test may make the sandbox note a violation of the contract. */
export function useSite(): Site {
  let sandbox: Sandbox;
  let workplace: Workplace;
  let environment: Record<string, string>;

  jest.setTimeout(30_000);
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());
  const start = async () => {
    await sandbox.reset(SEED);
    workplace = makeWorkplace(sandbox.url, temporaryFolder());
    environment = { OX_MASTER_PASSWORD: 'masterpw' };
    writeCredentials((entries) => ({ ...entries, ...LOGINS }));
    writeFileSync(join(workplace.data, 'ModuleAccessDefinitions.properties'), 'premium=calendar,contacts,webmail\n');
  };
  beforeEach(start);
  afterEach(async () => {
    workplace.remove();
    expect(await sandbox.violations()).toEqual([]);
  });

  function writeCredentials(change: (entries: Record<string, unknown>) => Record<string, unknown>): void {
    const file = join(workplace.data, 'secrets', 'contexts.json');
    writeFileSync(file, JSON.stringify(change(workplace.credentials())));
  }

  async function run(files: readonly QueueFile[]): Promise<Run> {
    const { total } = await sandbox.counts();
    const warnings: string[] = [];
    const events: string[] = [];
    const actions: string[] = [];
    const log = {
      debug: () => undefined,
      outcome: () => undefined,
      error: () => undefined,
      info: (event: string, { dn, action }: Fields = {}) => {
        if (event === 'provisioned') {
          actions.push(`${dn}: ${action}`);
        }
      },
      warning: (event: string, { reason }: Fields = {}) => {
        events.push(event);
        warnings.push(String(reason));
      },
    };
    workplace.drop(...files);
    const settings = readSettings({ OX_SOAP_SERVER: sandbox.url, ...environment }, workplace.data);
    const pauses: number[] = [];
    const waits: string[] = [];
    const hooks = {
      log,
      announce: () => undefined,
      isStopped: () => false,
      cutOffAt: null,
      pause: async (milliseconds: number, reason: string) => {
        pauses.push(milliseconds);
        waits.push(reason);
        await new Promise((done) => setTimeout(done, Math.min(milliseconds, LONGEST_PAUSE)));
      },
    };
    const { drain, close } = openRun(settings, workplace.queue, hooks);
    let failure: ConnectorError | null = null;
    try {
      await drain.run();
    } catch (error) {
      failure = asConnectorError(error instanceof ItemFailure ? error.cause : error);
    } finally {
      close();
    }
    const calls = await sandbox.calls({ since: total });
    const named = calls.map(({ service, operation }) => `${service}.${operation}`);
    return {
      failure,
      warnings,
      events,
      actions,
      calls: named,
      pauses,
      waits,
      waiting: workplace.waiting(),
      parked: workplace.parked(),
    };
  }

  const context = async (id = 10): Promise<CanonicalContext> => {
    const found = (await sandbox.canonicalState()).contexts[id];
    if (!found) {
      throw new Error(`OX has no context ${id}`);
    }
    return found;
  };
  const named = (objects: readonly OxObject[], name: string) => objects.find((object) => object.name === name);

  return {
    get ox() {
      return sandbox;
    },
    get place() {
      return workplace;
    },
    restart: async () => {
      workplace.remove();
      await start();
    },
    set: (changes) => void Object.assign(environment, changes),
    apply: async (...files) => {
      const result = await run(files);
      if (result.failure) {
        throw result.failure;
      }
      return result;
    },
    stopsAt: async (...files) => {
      const result = await run(files);
      if (!result.failure) {
        throw new Error('the run did not stop');
      }
      return { ...result, failure: result.failure };
    },
    context,
    namesIn: async (id) => {
      const { users, groups, resources } = await context(id);
      return [
        ...users.filter(({ name }) => !String(name).startsWith('oxadmin')),
        ...groups.filter(({ name }) => name !== 'users'),
        ...resources,
      ].map(({ name }) => name);
    },
    user: async (name, id) => named((await context(id)).users, name),
    group: async (name, id) => named((await context(id)).groups, name),
    resource: async (name, id) => named((await context(id)).resources, name),
    accounts: async (name, id) => (named((await context(id)).users, name)?.accounts ?? []) as OxObject[],
    userId: async (name, id = 10) => (await sandbox.state()).contexts[id]?.users.find((user) => user.name === name)?.id,
    remember: (file, learnt = {}) => workplace.remember({ ...file, object: { ...file.object, ...learnt } }),
    enterCredentials: (...contexts) =>
      writeCredentials((entries) => ({ ...entries, ...Object.fromEntries(contexts.map((id) => [id, LOGINS[id]])) })),
    forgetCredentials: (id) => writeCredentials(({ [id]: _, ...rest }) => rest),
    enterLogin: (name, login) => writeCredentials((entries) => ({ ...entries, [name]: login })),
    bodies: async (operation) => (await sandbox.calls({ operation })).map(({ body }) => body ?? ''),
  };
}
