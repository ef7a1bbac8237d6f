/** Changes to the attribute mapping, and what they come to. No effects. */
import { ConnectorError } from '../../errors/connector-error.ts';
import { type Emptying, emptyingOf, fieldNamed, isField, isMapped } from './fields.ts';
import type { Mapping, MappingEntry } from './mapping.ts';

export interface MappingChange {
  readonly action: 'set' | 'unset' | 'leave-alone' | 'set-alternatives' | 'unset-alternatives';
  /** The OX field. */
  readonly field: string;
  /** UDM properties. */
  readonly properties: readonly string[];
}

/** How many properties each change takes: at least, at most. */
const COUNTS: Readonly<Record<MappingChange['action'], readonly [number, number]>> = {
  set: [1, 1],
  unset: [0, 0],
  'leave-alone': [0, 0],
  'set-alternatives': [1, Number.POSITIVE_INFINITY],
  'unset-alternatives': [0, 0],
};

/** Reads `--set OX UDM --unset=OX …` in the order given; a text says what is wrong. */
export function readChanges(given: readonly string[]): MappingChange[] | string {
  const words = given.flatMap((word) => /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? word);
  const changes: MappingChange[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const action = words[at]?.replace(/^--/, '') as MappingChange['action'];
    if (!words[at]?.startsWith('--') || !Object.hasOwn(COUNTS, action)) {
      continue;
    }
    const end = words.findIndex((word, index) => index > at && word.startsWith('--'));
    const [field, ...properties] = words.slice(at + 1, end < 0 ? words.length : end);
    const [least, most] = COUNTS[action];
    if (field === undefined || properties.length < least || properties.length > most) {
      return `--${action} takes an OX field${most === 0 ? '' : ` and ${most === 1 ? 'one UDM property' : 'UDM properties'}`}`;
    }
    changes.push({ action, field, properties });
  }
  return changes;
}

export function changeMapping(mapping: Mapping, changes: readonly MappingChange[]): Mapping {
  const next: Record<string, MappingEntry> = { ...mapping };
  for (const { action, field: given, properties } of changes) {
    // The names that the mapping has are kept.
    const field = Object.keys(next).find((name) => fieldNamed(name) === fieldNamed(given)) ?? given;
    const entry = next[field];
    if (action === 'leave-alone') {
      if (!isField(fieldNamed(given))) {
        throw new ConnectorError('USAGE', `--${action} ${given}: OX has no such field of users`, {
          remedy: 'The names of OX fields are those of `mapping dump` and of docs/attributes.md.',
        });
      }
      delete next[field];
    } else if (action === 'set' || action === 'unset') {
      next[field] = { ...entry, ldap_attribute: action === 'set' ? (properties[0] ?? null) : null };
    } else if (typeof entry?.ldap_attribute !== 'string') {
      throw new ConnectorError('USAGE', `--${action} ${given}: the field comes from no property, --set it first`);
    } else {
      next[field] = { ...entry, alternative_attributes: [...properties] };
    }
  }
  return next;
}

/** `field: before → after`, one text for each field that differs. */
export function differencesOf(before: Mapping, after: Mapping): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].sort().flatMap((field) => {
    const [old, now] = [before, after].map((mapping) => describe(fieldNamed(field), mapping[field]));
    return old === now ? [] : [`${field}: ${old} → ${now}`];
  });
}

const EMPTIED: Readonly<Record<Emptying, string>> = {
  text: 'emptied in OX',
  list: 'emptied in OX',
  unlimited: 'unlimited in OX',
  'counted by OX': 'left alone',
  impossible: 'left alone (OX cannot empty it)',
};

function describe(field: string, entry: MappingEntry | undefined): string {
  if (!entry || !isMapped(field)) {
    return 'left alone';
  }
  if (entry.ldap_attribute === null) {
    return EMPTIED[emptyingOf(field)];
  }
  const place = typeof entry.position === 'number' ? `[${entry.position}]` : '';
  const handling = (entry.special_handling ?? 'DEFAULT') === 'DEFAULT' ? '' : ` as ${entry.special_handling}`;
  const clearing = (entry.nillable ?? true) ? '' : ', never cleared';
  return [entry.ldap_attribute + place, ...(entry.alternative_attributes ?? [])].join(' else ') + handling + clearing;
}
