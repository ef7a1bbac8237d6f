/** What `check` finds for this target: the directory or the last states compared with the server, without a change. */
import { type Finding, finding } from '../check/finding.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { LastStates } from '../queue/last-state.ts';
import { domainOf, mistakeIn, normalAddress } from './address.ts';
import type { TmailConfiguration } from './configuration.ts';
import type { Memory } from './memory.ts';
import type { Entry } from './person.ts';
import type { TmailServer } from './server.ts';
import type { Refusal } from './sync/report.ts';
import { sync } from './sync/run.ts';
import { carryOut, type UserDeps } from './types/user.ts';
import { personOfUser, wishOf } from './types/wish.ts';

export interface DirectoryCheck {
  readonly configuration: TmailConfiguration;
  readonly server: TmailServer;
  /** Not to be written. */
  readonly memory: Memory;
  readonly entries: () => AsyncIterable<Entry>;
  readonly progress: (done: number, total: number) => void;
  readonly isStopped: () => boolean;
}

const APPLY = 'Run listener_trigger sync (with --clean where something is to be removed).';
const PROVISION = 'Provision the object again: listener_trigger reprovision DN.';

/** The domains, and then what a run of `sync --clean --full` would do and refuse. */
export async function* checkDirectory(deps: DirectoryCheck): AsyncGenerator<Finding> {
  const { configuration, server } = deps;
  const domains = new Set(await server.domains());
  const missing = new Set<string>();
  const found: Finding[] = [];
  const report = await sync(
    {
      facets: configuration.facets,
      clean: configuration.facets,
      dryRun: true,
      full: true,
      only: null,
      allowedDeletions: Number.POSITIVE_INFINITY,
      create: true,
      update: true,
      rename: true,
      concurrency: 1,
    },
    {
      ...deps,
      entries: () => notingDomains(deps, (domain) => domains.has(domain) || missing.add(domain)),
      reporter: {
        done: ({ address, actions }) => found.push(differs(address, actions, APPLY)),
        refused: (refusal) => found.push(refused(refusal)),
      },
      requests: () => 0,
    },
  );
  yield* [...missing].sort().map(domainMissing);
  yield* found;
  if (report.failure !== null) {
    throw report.failure;
  }
}

/** The same from the last states, for a server that is fed by the queue. */
export async function* checkLastStates(lastStates: LastStates, deps: UserDeps): AsyncGenerator<Finding> {
  const domains = new Set(await deps.server.domains());
  const missing = new Set<string>();
  for (const id of lastStates.ids().sort()) {
    const state = lastStates.read(id);
    if (state?.udm_object_type !== 'users/user' || !state.object) {
      continue;
    }
    const person = personOfUser(id, state.dn, state.object, deps.configuration);
    if (person === null) {
      continue;
    }
    for (const domain of [person.address, ...person.aliases].map(domainOf)) {
      if (!domains.has(domain) && !missing.has(domain)) {
        missing.add(domain);
        yield domainMissing(domain);
      }
    }
    const { udm_object_type: type, dn, object } = state;
    const change = { id, type, dn, before: object, formerDn: dn, after: object };
    try {
      const actions = await carryOut(wishOf(change, deps), deps);
      if (actions.length > 0) {
        yield { ...differs(person.address, actions, PROVISION), repair: state.id };
      }
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.nature !== 'object') {
        throw error;
      }
      yield { ...finding('refused', error.message, { object: person.address }), remedy: error.remedy };
    }
  }
}

async function* notingDomains(
  { entries, configuration }: DirectoryCheck,
  note: (domain: string) => void,
): AsyncGenerator<Entry> {
  const { address = [], aliases = [] } = configuration.ldap?.attributes ?? {};
  for await (const entry of entries()) {
    const values = [...address, ...aliases].flatMap((name) => entry.values.get(name.toLowerCase()) ?? []);
    const [own = ''] = values.map(normalAddress);
    if (configuration.ownership.isOurs(own)) {
      for (const value of values.map(normalAddress).filter((each) => mistakeIn(each) === null)) {
        note(domainOf(value));
      }
    }
    yield entry;
  }
}

function differs(address: string, actions: readonly string[], remedy: string): Finding {
  return { ...finding('differs', `not in step: ${actions.join(', ')}`, { object: address }), remedy };
}

function refused({ address, facet, value, reason, remedy }: Refusal): Finding {
  const message = facet === 'account' || value === '' ? reason : `${facet} ${value}: ${reason}`;
  return { ...finding('refused', message, { object: address }), remedy };
}

function domainMissing(domain: string): Finding {
  const message = `the server does not have the domain ${domain}`;
  return {
    ...finding('refused', message, { object: domain }),
    remedy: 'Add the domain on the server (PUT /domains/NAME), or correct the addresses.',
  };
}
