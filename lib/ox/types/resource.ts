/** oxresources/oxresources → OXResourceService (docs/behaviour.md, "Resources"): found by name in its context. */
import type { Change, Learnt } from '../../model/change.ts';
import { awaiting, claimKeys, leftPlaces, loginOf, type Place, resourcePlace } from '../../model/claims.ts';
import { collated } from '../../model/collation.ts';
import { type Properties, readInteger, readText } from '../../model/udm.ts';
import type { Goal, Plan } from '../../target/plan.ts';
import type { OxResource } from '../services/ox.ts';
import { byName, type NamedPlace } from './by-name.ts';
import { LIMITS, type Limit } from './lengths.ts';
import type { Operations } from './operations.ts';
import { type Owner, thingIn } from './ownership.ts';
import type { Parts } from './registry.ts';
import { readSendable, sendable } from './sendable.ts';
import { stillThere, withoutCredentials } from './waiting.ts';

export type ResourcePlace = NamedPlace;

export type ResourceWanted = OxResource & { readonly name: string };

type ResourcePlan = Plan<ResourcePlace, ResourceWanted>;

export function planResource(change: Change, parts: Parts): ResourcePlan {
  const { before, after } = change;
  const former = before && resourcePlace(before);
  const context = after && readInteger(after.oxContext);
  const name = after && readText(after.name);
  if (after !== null && (context === null || name === null)) {
    return { skip: { reason: 'it has no oxContext' }, targets: [], warnings: [], touches: [] };
  }
  const left = leftPlaces(before ?? {});
  if (context !== null && !parts.hasCredentials(context)) {
    return waitingFor(context, left, former, change, parts);
  }
  const stays = former !== null && former.context === context;
  // It may go back to where it could not be removed so far.
  const there = stays ? former : (left.find((place) => place.context === context) ?? null);
  const targets: Goal<ResourcePlace, ResourceWanted>[] = [];
  if (after !== null && context !== null && name !== null) {
    const formerName = there !== null && there.name !== name ? there.name : null;
    targets.push({
      place: { context, name, formerName, owner: change },
      wanted: wantedResource(change.dn, name, after),
      expected: there !== null,
    });
  }
  const leaving = [...(former && !stays ? [former] : []), ...left.filter((place) => place !== there)];
  const removal = removalOf(leaving, change, parts);
  if (targets.length + removal.targets.length === 0 && removal.waiting.length > 0) {
    const skip = withoutCredentials(...removal.waiting.map((place) => place.context));
    return { skip, targets: [], warnings: [], touches: [] };
  }
  return {
    targets: [...targets, ...removal.targets],
    warnings: removal.warnings,
    touches: touchesOf(change, leaving.concat(former ?? [], there ?? [])),
    learntSoFar: (reached) => (reached.length === 0 ? null : learntSoFar(leaving, reached)),
    learnt: {
      ...(context !== null && name !== null ? { oxDbContext: context, oxDbResourcename: name } : {}),
      ...stillThere(removal.waiting),
    },
  };
}

/** Where it is by now, and which places it is still to leave. */
function learntSoFar(leaving: readonly Place[], reached: readonly Goal<ResourcePlace, ResourceWanted>[]): Learnt {
  const [now] = reached.flatMap(({ place, wanted }) => (wanted === null ? [] : [place]));
  const isReached = ({ context, name }: Place): boolean =>
    reached.some(({ place }) => place.context === context && place.name === name);
  return {
    ...(now === undefined ? {} : { oxDbContext: now.context, oxDbResourcename: now.name }),
    oxDbLeft: leaving.filter((place) => !isReached(place)),
  };
}

/** Where it is to be it cannot come yet; places that it has left it leaves all the same. */
function waitingFor(
  context: number,
  left: readonly Place[],
  former: Place | null,
  change: Change,
  parts: Parts,
): ResourcePlan {
  const skip = withoutCredentials(context);
  const { targets, warnings, waiting } = removalOf(left, change, parts);
  if (targets.length === 0) {
    return { skip, targets: [], warnings: [], touches: [] };
  }
  return {
    targets,
    warnings: [...warnings, `waits: ${skip.reason}`],
    touches: touchesOf(change, [...left, ...(former ? [former] : [])]),
    learnt: {
      oxDbContext: former?.context ?? null,
      ...(former === null ? {} : { oxDbResourcename: former.name }),
      ...stillThere(waiting),
      ...awaiting([context, ...waiting.map((place) => place.context)].map(loginOf)),
    },
  };
}

function removalOf(places: readonly Place[], owner: Owner, { hasCredentials, ownership }: Parts) {
  const targets: Goal<ResourcePlace, ResourceWanted>[] = [];
  const warnings: string[] = [];
  const waiting = places.filter(({ context }) => !hasCredentials(context));
  for (const { context, name } of places.filter((place) => !waiting.includes(place))) {
    const warning = ownership.standsForOther(keysOf(context, name), thingIn(context, 'resource', name), owner);
    if (warning === null) {
      targets.push({ place: { context, name, formerName: null, owner }, wanted: null, expected: true });
    } else {
      warnings.push(warning);
    }
  }
  warnings.push(
    ...waiting.map(({ context }) => `stays in context ${context}: contexts.json has no credentials for it`),
  );
  return { targets, warnings, waiting };
}

function wantedResource(dn: string, name: string, properties: Properties): ResourceWanted {
  const text = (property: string, limit: Limit): string | null => readSendable(properties, property, dn, limit);
  return {
    name: sendable(name, LIMITS.name, 'name', dn),
    displayname: text('displayname', LIMITS.name) ?? name,
    description: text('description', LIMITS.description) ?? '',
    // Empty, it takes the address away, which OX allows at a change only.
    email: text('resourceMailAddress', LIMITS.resourceAddress) ?? '',
  };
}

/** `places`: under which names OX has it. Its last state may say another, which it was to get when credentials were missing. */
function touchesOf({ before, after }: Change, places: readonly Place[]): string[] {
  const named = (kind: string, values: readonly unknown[]): string[] =>
    values.flatMap((each) => readText(each) ?? []).map((text) => `${kind}:${collated(text)}`);
  return [
    ...new Set([
      ...named('resource', [before?.name, after?.name, ...places.map(({ name }) => name)]),
      ...named('mail', [before?.resourceMailAddress, after?.resourceMailAddress]),
    ]),
  ];
}

function keysOf(context: number, name: string): string[] {
  return [claimKeys.resource(context, name)];
}

export function resourceOperations({ ox, ownership }: Parts): Operations<ResourcePlace, ResourceWanted, OxResource> {
  const { mustBeOurs, find, locate } = byName('resource', ownership, keysOf, ox.resources.find);
  return {
    find,
    async create(place, wanted) {
      // Although OX does not have it: whoever claims it would take this resource for itself.
      mustBeOurs(place);
      // With an empty description too, so that a new resource and a changed one are equal.
      const { email, ...rest } = wanted;
      await ox.resources.create(place.context, email ? wanted : rest);
      return {};
    },
    async update(place, wanted) {
      await ox.resources.change(place.context, await locate(place), wanted);
      return {};
    },
    remove: (place) => ox.resources.delete(place.context, { name: place.name }),
  };
}
