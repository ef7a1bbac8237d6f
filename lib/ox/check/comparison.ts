/** What the comparisons of all types tell of an object, and how they find it by its name. */

import { type Finding, finding } from '../../check/finding.ts';
import type { FieldChange } from '../../target/outcome.ts';

/** Fields in one message. */
const MOST_NAMED = 10;

interface Details {
  readonly context: number;
  readonly object: string;
  readonly repair: string;
}

export function* different(fields: readonly FieldChange[], details: Details, most = MOST_NAMED): Generator<Finding> {
  if (fields.length > 0) {
    const named = fields.slice(0, most).map(({ field }) => field);
    const message = `${fields.length === 1 ? '1 field differs' : `${fields.length} fields differ`}: ${named.join(', ')}${fields.length > most ? ', …' : ''}`;
    yield finding('differs', message, { ...details, fields });
  }
}

export function missing(kind: string, name: string, refusal: string | null, { repair, ...details }: Details): Finding {
  const message = `OX has no ${kind} ${JSON.stringify(name)}`;
  return refusal === null
    ? finding('missing', message, { ...details, repair })
    : finding('refused', `${message}, and will refuse to create it: ${refusal}`, details);
}

export function unknown(kind: string, context: number, name: string, id: number, claims: readonly string[]): Finding {
  const message = `OX has the ${kind} ${JSON.stringify(name)} (id ${id}), which no last state describes`;
  return finding('unknown', message, { context, object: name, claims });
}

/** By its name, or the one it had; what is left over is unknown to us. */
export function take<T>(
  there: Map<string, T>,
  place: { readonly name: string; readonly formerName: string | null },
): T | null {
  const key = [keyOf(place.name), keyOf(place.formerName ?? place.name)].find((each) => there.has(each));
  const found = key === undefined ? undefined : there.get(key);
  there.delete(key ?? '');
  return found ?? null;
}

/** OX's database ignores the case of names and addresses. */
export function keyOf(name: string | null | undefined): string {
  return (name ?? '').toLowerCase();
}
