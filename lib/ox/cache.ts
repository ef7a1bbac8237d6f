/**
 * The cache of OX's ids, `oxDbId` in `old/*.json`: drop it, fill the gaps, or rebuild it in bulk
 * (docs/behaviour.md, "Remembered ids").
 */
import { ConnectorError } from '../errors/connector-error.ts';
import { type Envelope, withoutOxId } from '../model/change.ts';
import { leftPlaces } from '../model/claims.ts';
import { type CacheDeps, type CacheSummary, fetchContext, nothing, oxUserOf, remember, write } from './user-ids.ts';

/** Removes every `oxDbId`: after OX was restored from a backup no remembered id can be trusted. */
export async function deleteIds(deps: CacheDeps): Promise<CacheSummary> {
  const count = nothing();
  for await (const envelope of all(deps)) {
    if (envelope.object) {
      const { oxDbId, oxDbAccess } = envelope.object;
      const left = leftPlaces(envelope.object);
      const isKnown = oxDbId !== undefined || oxDbAccess !== undefined || left.some(({ oxId }) => oxId !== null);
      count.seen += 1;
      count[isKnown ? 'changed' : 'unchanged'] += 1;
      if (isKnown) {
        const oxDbLeft = left.map((place) => ({ ...place, oxId: null }));
        write(deps, {
          ...envelope,
          object: { ...withoutOxId(envelope.object), ...(left.length > 0 ? { oxDbLeft } : {}) },
        });
      }
    }
  }
  return count;
}

/** Asks OX for each OX user that has no `oxDbId`. */
export async function fillGaps(deps: CacheDeps): Promise<CacheSummary> {
  const count = nothing();
  const closed = new ClosedContexts(deps);
  for await (const envelope of all(deps)) {
    const user = oxUserOf(envelope, deps);
    if (user) {
      count.seen += 1;
      if (user.oxId !== null) {
        count.unchanged += 1;
      } else {
        const look = async (): Promise<void> =>
          remember(deps, count, user.id, await deps.users.find(user.context, { name: user.name }));
        count.skipped += (await closed.unless(user.context, look)) ? 0 : 1;
      }
    }
  }
  return { ...count, refusal: closed.end() };
}

/** Fetches the users of each context in bulk: their ids at once, the details in chunks. */
export async function rebuild(deps: CacheDeps, chunkSize: number): Promise<CacheSummary> {
  const count = nothing();
  const byContext = await collect(deps);
  const total = [...byContext.values()].reduce((sum, users) => sum + users.size, 0);
  const closed = new ClosedContexts(deps);
  for (const [context, users] of [...byContext].sort(([a], [b]) => a - b)) {
    if (deps.isStopped()) {
      break;
    }
    count.seen += users.size;
    const isOpen = await closed.unless(context, () => fetchContext(deps, count, context, users, chunkSize, total));
    count.skipped += isOpen ? 0 : users.size;
    if (isOpen && !deps.isStopped()) {
      for (const id of users.values()) {
        remember(deps, count, id, null);
      }
    }
  }
  return { ...count, refusal: closed.end() };
}

/** Context → OX name → id of the object. Names and ids only: `old/` itself may be gigabytes. */
async function collect(deps: CacheDeps): Promise<Map<number, Map<string, string>>> {
  const byContext = new Map<number, Map<string, string>>();
  for await (const envelope of all({ ...deps, progress: () => undefined })) {
    const user = oxUserOf(envelope, deps);
    if (user) {
      const users = byContext.get(user.context) ?? new Map<string, string>();
      byContext.set(user.context, users.set(user.name, user.id));
    }
  }
  return byContext;
}

/** Contexts in which nobody can look: the others are done all the same. */
class ClosedContexts {
  readonly #deps: CacheDeps;
  readonly #reasons = new Map<number, string>();
  #refusal: ConnectorError | null = null;

  constructor(deps: CacheDeps) {
    this.#deps = deps;
  }

  /** Answers whether it could look. */
  async unless(context: number, look: () => Promise<void>): Promise<boolean> {
    if (!this.#deps.hasCredentials(context)) {
      this.#reasons.set(context, 'contexts.json has no credentials for it');
    }
    if (this.#reasons.has(context)) {
      return false;
    }
    try {
      await look();
      return true;
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.nature !== 'login') {
        throw error;
      }
      this.#reasons.set(context, 'its login was refused');
      this.#refusal ??= error;
      return false;
    }
  }

  /** Answers the first refusal. */
  end(): ConnectorError | null {
    for (const [context, reason] of [...this.#reasons].sort(([a], [b]) => a - b)) {
      this.#deps.warn(
        `skipped the users of context ${context}: ${reason} (listener_trigger credentials set ${context})`,
      );
    }
    return this.#refusal;
  }
}

/** All last states. Signals are heard, and the progress is shown, between files. */
async function* all({ lastStates, isStopped, progress }: CacheDeps): AsyncGenerator<Envelope> {
  const ids = lastStates.ids();
  for (const [at, id] of ids.entries()) {
    if (isStopped()) {
      return;
    }
    const envelope = lastStates.read(id);
    if (envelope !== null) {
      yield envelope;
    }
    const done = at + 1;
    if (done % 200 === 0 || done === ids.length) {
      progress(done, ids.length);
      await new Promise(setImmediate);
    }
  }
}
