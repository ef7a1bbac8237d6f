/** What `check` finds for this target: the directory or the last states compared with the server, without a change. */

import { type Finding, finding } from '../check/finding.ts';
import { asConnectorError, ConnectorError } from '../errors/connector-error.ts';
import type { LastStates } from '../memory/last-state.ts';
import type { Envelope } from '../model/change.ts';
import { domainOf } from './address.ts';
import { Census } from './census.ts';
import { readingOf } from './configuration.ts';
import { type Entry, mistakeOf, personOfEntry } from './person.ts';
import type { Refusal } from './sync/report.ts';
import { type SyncDeps, sync } from './sync/run.ts';
import { carryOut, type UserDeps } from './types/user.ts';
import { personOfUser, wishOf } from './types/wish.ts';

/** To whose server nothing is sent, and whose memory is not to be written. */
type DirectoryCheck = Omit<SyncDeps, 'reporter' | 'requests'>;

const APPLY = 'Run listener_trigger sync (with --clean where something is to be removed).';
const PROVISION = 'Provision the object again: listener_trigger reprovision DN.';

/** What many wish together, and then what a run of `sync --clean --full` would do and refuse. */
export async function* checkDirectory(deps: DirectoryCheck): AsyncGenerator<Finding> {
  const { configuration, server } = deps;
  const census = new Census();
  const done: Finding[] = [];
  const refusals: Refusal[] = [];
  const domains = new Set(await server.domains());
  const report = await sync(
    {
      facets: configuration.facets,
      clean: configuration.facets,
      full: true,
      only: null,
      allowedDeletions: Number.POSITIVE_INFINITY,
      concurrency: 1,
    },
    {
      ...deps,
      entries: () => counted(deps, census),
      reporter: {
        done: ({ address, actions }) => done.push(differs(address, actions, APPLY)),
        refused: (refusal) => refusals.push(refusal),
      },
      requests: () => 0,
    },
  );
  yield* wishedTogether(census, domains, deps);
  yield* done;
  yield* refusals.filter((refusal) => !census.says(refusal)).map(refused);
  if (report.failure !== null) {
    throw report.failure;
  }
}

/** The same from the last states, for a server that is fed by the queue. */
export async function* checkLastStates(lastStates: LastStates, deps: UserDeps): AsyncGenerator<Finding> {
  const { configuration, server } = deps;
  const census = new Census();
  const domains = new Set(await server.domains());
  for (const id of lastStates.ids().sort()) {
    let state: Envelope | null;
    try {
      state = lastStates.read(id);
    } catch (error) {
      yield finding('damaged', asConnectorError(error).message, { object: lastStates.path(id) });
      continue;
    }
    if (state?.udm_object_type !== 'users/user' || !state.object) {
      continue;
    }
    const { udm_object_type: type, dn, object } = state;
    const person = personOfUser(id, dn, object, configuration);
    if (person === null) {
      continue;
    }
    census.take(person);
    // All that would be said of it is that.
    if (mistakeOf(person) === null && !domains.has(domainOf(person.address))) {
      continue;
    }
    const change = { id, type, dn, before: object, formerDn: dn, after: object, writtenIn: '' };
    try {
      const done = await carryOut(wishOf(change, deps), deps);
      if (done.length > 0) {
        const actions = done.map(({ text }) => text);
        yield { ...differs(person.address, actions, PROVISION), repair: state.id };
      }
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.nature !== 'object') {
        throw error;
      }
      yield { ...finding('refused', error.message, { object: person.address }), remedy: error.remedy };
    }
  }
  yield* wishedTogether(census, domains, deps);
}

async function* wishedTogether(
  census: Census,
  domains: ReadonlySet<string>,
  { server, configuration }: Pick<UserDeps, 'server' | 'configuration'>,
): AsyncGenerator<Finding> {
  yield* census.missingDomains(domains).map(domainMissing);
  yield* census.claimedTwice();
  yield* census.circles(await server.mappings(), configuration.ownership);
}

async function* counted({ entries, configuration, memory }: DirectoryCheck, census: Census): AsyncGenerator<Entry> {
  const reading = readingOf(configuration);
  for await (const entry of entries()) {
    const person = entry.isKept ? null : personOfEntry(entry, reading, memory.addressOf);
    if (person !== null && configuration.ownership.isOurs(person.address)) {
      census.take(person);
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
