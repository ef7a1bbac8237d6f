/** oxresources/oxresources → OXResourceService (SPEC 7.6): found by name in its context. */
import type { Change } from '../model/change.ts';
import { type Properties, readInteger, readText } from '../model/udm.ts';
import type { Ox, OxResource, Ref } from '../ox/ox.ts';
import { fitting, LIMITS, type Limit } from './lengths.ts';
import type { Operations, Plan, Target } from './provisioner.ts';
import { readSendable, sendable } from './sendable.ts';

export interface ResourcePlace {
  readonly context: number;
  readonly name: string;
  readonly formerName: string | null;
}

export type ResourceWanted = OxResource & { readonly name: string };

export interface ResourcePlanDeps {
  readonly hasCredentials: (context: number) => boolean;
}

export function planResource(change: Change, deps: ResourcePlanDeps): Plan<ResourcePlace, ResourceWanted> {
  const former = placeOf(change.before);
  const wished = change.after === null ? null : placeOf(change.after);
  if (change.after !== null && wished === null) {
    return { skip: { reason: 'it has no oxContext' }, targets: [], warnings: [], touches: [] };
  }
  const missing = [wished ?? former].find((place) => place !== null && !deps.hasCredentials(place.context));
  if (missing) {
    const reason = `contexts.json has no credentials for context ${missing.context}`;
    return { skip: { reason, missingCredentials: missing.context }, targets: [], warnings: [], touches: [] };
  }
  const targets: Target<ResourcePlace, ResourceWanted>[] = [];
  const warnings: string[] = [];
  const stays = former !== null && wished !== null && former.context === wished.context;
  if (wished && change.after) {
    const formerName = stays && former.name !== wished.name ? former.name : null;
    targets.push({
      place: { ...wished, formerName },
      wanted: wantedResource(change.dn, wished.name, change.after),
      expected: stays,
    });
  }
  if (former && !stays) {
    if (deps.hasCredentials(former.context)) {
      targets.push({ place: { ...former, formerName: null }, wanted: null, expected: true });
    } else {
      warnings.push(`stays in context ${former.context}: contexts.json has no credentials for it`);
    }
  }
  return { targets, warnings, touches: touchesOf(change) };
}

/** Where a resource is or should be; null: it has no context, or was skipped. */
function placeOf(properties: Properties | null): { context: number; name: string } | null {
  const context =
    readInteger(properties?.oxDbContext) ??
    (properties?.oxDbSkipped === undefined ? readInteger(properties?.oxContext) : null);
  const name = readText(properties?.name);
  return context === null || name === null ? null : { context, name };
}

function wantedResource(dn: string, name: string, properties: Properties): ResourceWanted {
  const text = (property: string, limit: Limit): string | null => readSendable(properties, property, dn, limit);
  return {
    name: fitting(sendable(name, 'name', dn), LIMITS.name, 'name', dn),
    displayname: text('displayname', LIMITS.name) ?? name,
    description: text('description', LIMITS.description) ?? '',
    // Empty, it takes the address away, which OX allows at a change only.
    email: text('resourceMailAddress', LIMITS.resourceAddress) ?? '',
  };
}

function touchesOf({ before, after }: Change): string[] {
  const named = (kind: string, values: readonly unknown[]): string[] =>
    values.flatMap((each) => readText(each) ?? []).map((text) => `${kind}:${text.toLowerCase()}`);
  return [
    ...new Set([
      ...named('resource', [before?.name, after?.name]),
      ...named('mail', [before?.resourceMailAddress, after?.resourceMailAddress]),
    ]),
  ];
}

export function resourceOperations(ox: Ox): Operations<ResourcePlace, ResourceWanted, OxResource> {
  return {
    find: (place) => ox.resources.find(place.context, { name: place.name }),
    async create(place, wanted) {
      // With an empty description too, so that a new resource and a changed one are equal.
      const { email, ...rest } = wanted;
      await ox.resources.create(place.context, email ? wanted : rest);
      return {};
    },
    async update(place, wanted) {
      const former =
        place.formerName === null ? null : await ox.resources.find(place.context, { name: place.formerName });
      const ref: Ref = typeof former?.id === 'number' ? { id: former.id } : { name: place.name };
      await ox.resources.change(place.context, ref, wanted);
      return {};
    },
    remove: (place) => ox.resources.delete(place.context, { name: place.name }),
  };
}
