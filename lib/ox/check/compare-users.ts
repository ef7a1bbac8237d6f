/**
 * The users of one context: last states against OX. In bulk, with flat memory: ids first, then a chunk of users at a
 * time. Users are matched by the remembered id as long as it carries their name, the others by name.
 */

import { type Finding, finding } from '../../check/finding.ts';
import type { Envelope } from '../../model/change.ts';
import { claimKeys, ownMail } from '../../model/claims.ts';
import { isSameWord, readInteger } from '../../model/udm.ts';
import type { OxUser, Ref } from '../services/ox.ts';
import { refs } from '../services/refs.ts';
import { inChunks, usersThere } from '../services/users-there.ts';
import { compareFields, compareUser } from '../types/compare.ts';
import { askWithLiveIds } from '../types/live-ids.ts';
import type { Registry } from '../types/registry.ts';
import type { UserPlace } from '../types/user.ts';
import type { UserWanted } from '../types/user-wanted.ts';
import { claimedTwice, different, missing, unknown } from './comparison.ts';
import { type ComparisonDeps, unchanged } from './deps.ts';
import { checkUserName } from './names.ts';
import { planned } from './wishes.ts';

/** A user as it should be in this context. */
interface Expected {
  readonly id: string;
  readonly dn: string;
  readonly oxId: number | null;
  /** Its own address in OX; empty: none. */
  readonly mail: string;
  readonly place: UserPlace;
  readonly wanted: UserWanted;
}

export class UserComparison {
  readonly #context: number;
  readonly #deps: ComparisonDeps;
  readonly #registry: Registry;
  /** Object → OX's id as it is, where another or none is remembered; null: it is not in OX. */
  readonly #corrections: Map<string, number | null>;
  /** Display name → the first user that has it, and whether OX has it there. */
  readonly #displayNames = new Map<string, { readonly name: string; readonly isThere: boolean }>();

  /** Name → OX's id, of those that were found. */
  readonly #found = new Map<string, number>();

  #adminName = '';

  constructor(context: number, deps: ComparisonDeps, registry: Registry, corrections: Map<string, number | null>) {
    this.#context = context;
    this.#deps = deps;
    this.#registry = registry;
    this.#corrections = corrections;
  }

  /** `admin`, the context's, is left alone, and so is who has its name. */
  async *run(users: readonly string[], admin: Pick<OxUser, 'id' | 'name'> | null): AsyncGenerator<Finding> {
    this.#adminName = admin?.name ?? '';
    const names = (): Ref[] => users.flatMap((id) => this.#expect(id)?.place ?? []).flatMap(refsOf);
    const { ids: there, isComplete } = await usersThere(this.#deps.ox.users, this.#context, names);
    if (!isComplete) {
      const message =
        'OX has more users here than one answer can list: users that no last state describes were not looked for';
      yield finding('unlisted', message, { context: this.#context });
    }
    if (typeof admin?.id === 'number') {
      there.delete(admin.id);
    }
    const claims = new Map<number, string>();
    const unclaimed: string[] = [];
    for (const id of users) {
      const oxId = this.#deps.known.byId(id)?.oxId ?? null;
      if (oxId !== null && there.has(oxId) && !claims.has(oxId)) {
        claims.set(oxId, id);
      } else {
        unclaimed.push(id);
      }
    }
    /** Name → id of the users of OX that no remembered id leads to. */
    const strangers = new Map<string, number>();
    let done = 0;
    for await (const found of this.#fetch([...there])) {
      const claim = claims.get(found.id);
      const expected = claim === undefined ? null : this.#expect(claim);
      if (claim === undefined || (expected && !isThis(found, expected))) {
        strangers.set(found.name ?? '', found.id);
        unclaimed.push(...(claim === undefined ? [] : [claim]));
      } else if (expected) {
        yield* this.#compare(expected, found);
      }
      done += 1;
      this.#deps.progress(done, there.size);
    }
    yield* this.#matchByName(unclaimed, strangers);
    for (const [name, id] of [...strangers].sort(([, a], [, b]) => a - b)) {
      const claims = [claimKeys.user(this.#context, name), claimKeys.userId(this.#context, id)];
      yield this.#leaving(name) ?? unknown('user', this.#context, name, id, claims);
    }
  }

  /** A user of ours that has to go from here; null: none. Of one that was deleted the survey has told. */
  #leaving(name: string): Finding | null {
    for (const id of this.#deps.known.claimants(claimKeys.user(this.#context, name))) {
      const state = this.#deps.lastStates.read(id);
      const plan = state && state.object?.oxDbDeletion !== true ? this.#plan(state) : null;
      const isHere = ({ context, name: named }: UserPlace): boolean => context === this.#context && named === name;
      if (state && plan?.targets.some(({ place, wanted }) => wanted === null && isHere(place))) {
        this.#deps.compared('users/user');
        const message = `OX still has the user ${JSON.stringify(name)} here`;
        return finding('left-over', message, { context: this.#context, object: state.dn, repair: id });
      }
    }
    return null;
  }

  async *#fetch(ids: readonly number[]): AsyncGenerator<OxUser & { id: number }> {
    const { users } = this.#deps.ox;
    const read = (live: number[]): Promise<OxUser[]> => users.findMany(this.#context, refs(live));
    for (const chunk of inChunks(ids.toSorted((a, b) => a - b))) {
      // A run may have removed some of them meanwhile.
      const { answer } = await askWithLiveIds(this.#deps.ox, this.#context, chunk, () => true, read);
      for (const found of answer ?? []) {
        if (typeof found.id === 'number') {
          yield found as OxUser & { id: number };
        }
      }
    }
  }

  /** Takes from `strangers` those that were found. */
  async *#matchByName(ids: readonly string[], strangers: Map<string, number>): AsyncGenerator<Finding> {
    const matched = new Map<number, string>();
    for (const id of ids.toSorted()) {
      const expected = this.#expect(id);
      if (!expected) {
        continue;
      }
      const { name, formerName } = expected.place;
      const present = [name, formerName ?? name].find((each) => strangers.has(each));
      const oxId = present === undefined ? undefined : strangers.get(present);
      this.#corrections.set(id, oxId ?? null);
      const twin = this.#found.get(name);
      if (present === undefined && twin !== undefined) {
        this.#corrections.set(id, twin);
        yield this.#claimedTwice(expected);
        continue;
      }
      if (present === undefined || oxId === undefined) {
        yield this.#missing(expected);
        yield* this.#noteDisplayName(expected, null);
        continue;
      }
      strangers.delete(present);
      matched.set(oxId, id);
      this.#found.set(present, oxId);
      // Another object claims the same id: that one is wrong.
      if (expected.oxId !== oxId) {
        const remembered = expected.oxId === null ? 'no id is remembered' : `the id ${expected.oxId} is remembered`;
        const message = `OX has this user with id ${oxId}, but ${remembered}`;
        yield finding('id-stale', message, {
          context: this.#context,
          object: expected.dn,
          repair: id,
          forgetsId: true,
        });
      }
    }
    for await (const found of this.#fetch([...matched.keys()])) {
      const expected = this.#expect(matched.get(found.id) ?? '');
      if (expected) {
        yield* this.#compare(expected, found);
      }
    }
  }

  #claimedTwice({ id, dn, place: { name } }: Expected): Finding {
    this.#deps.compared('users/user');
    const others = this.#deps.known.claimants(claimKeys.user(this.#context, name)).filter((each) => each !== id);
    return claimedTwice('user', name, others, { context: this.#context, object: dn, repair: id });
  }

  #missing({ id, dn, place, wanted }: Expected): Finding {
    this.#deps.compared('users/user');
    const refusal = checkUserName(place.name, wanted.fields);
    return missing('user', place.name, refusal, { context: this.#context, object: dn, repair: id });
  }

  async *#compare(expected: Expected, found: OxUser & { id: number }): AsyncGenerator<Finding> {
    const { id, dn, place, wanted } = expected;
    this.#deps.compared('users/user');
    this.#found.set(place.name, found.id);
    const fields = compareUser(wanted, found);
    if (this.#deps.withAccess && wanted.access) {
      const access = await this.#deps.ox.users.access(this.#context, { id: found.id, name: place.name });
      fields.push(...(access ? compareFields(access, wanted.access) : []));
    }
    // A repair empties these only where it has looked at the user, as it does for a forgotten id.
    const forgetsId = fields.some(({ field }) => wanted.emptyAlready.includes(field));
    const details = { context: this.#context, object: dn, repair: id, ...(forgetsId ? { forgetsId } : {}) };
    yield* different(fields, details, Number.POSITIVE_INFINITY);
    yield* this.#noteDisplayName(expected, found);
  }

  *#noteDisplayName({ dn, place, wanted }: Expected, found: OxUser | null): Generator<Finding> {
    const displayName = wanted.fields.display_name;
    if (!displayName) {
      return;
    }
    const isThere = found?.display_name === displayName;
    const other = this.#displayNames.get(displayName);
    if (other) {
      const kind = isThere && other.isThere ? 'display-name-shared' : 'display-name-taken';
      const message = `${other.name} and ${place.name} have the same display name ${JSON.stringify(displayName)}`;
      yield finding(kind, message, { context: this.#context, object: dn });
    } else {
      this.#displayNames.set(displayName, { name: place.name, isThere });
    }
  }

  /** null: it cannot be provisioned, or is left alone; the survey has told why. */
  #expect(id: string): Expected | null {
    const state = this.#deps.lastStates.read(id);
    if (!state) {
      return null;
    }
    const target = this.#plan(state)?.targets[0];
    if (!target?.wanted || target.place.context !== this.#context || isSameWord(target.place.name, this.#adminName)) {
      return null;
    }
    const { place, wanted } = target;
    const { dn, object } = state;
    return { id, dn, oxId: readInteger(object?.oxDbId), mail: ownMail(object ?? {}) ?? '', place, wanted };
  }

  #plan(state: Envelope) {
    return planned(() => this.#registry['users/user'].plan(unchanged(state)));
  }
}

function refsOf({ name, formerName }: UserPlace): Ref[] {
  return [{ name }, ...(formerName === null ? [] : [{ name: formerName }])];
}

/** Of one that somebody has renamed in OX the address tells. */
function isThis(found: OxUser, { place: { name, formerName }, mail }: Expected): boolean {
  const isSameMail = mail !== '' && isSameWord(mail, found.primaryEmail ?? '');
  return found.name === name || found.name === formerName || isSameMail;
}
