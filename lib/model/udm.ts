/**
 * Reads UDM's property values in all the forms that UDM writes them (docs/behaviour.md, "A queue file"):
 * booleans as true, "TRUE", "1" or "OK", integers as number or text, single values as lists. Nothing here throws:
 * values have been validated at the border.
 */

/** The properties of a UDM object, as in the queue file's `object`. */
export type Properties = Readonly<Record<string, unknown>>;

const TRUE = new Set(['true', '1', 'ok']);
const FALSE = new Set(['false', '0', 'not']);

export function readBoolean(value: unknown): boolean {
  const first = firstOf(value);
  return typeof first === 'string' ? TRUE.has(first.toLowerCase()) : first === true || first === 1;
}

/** null: none of the forms of a boolean. */
export function readFlag(text: string): boolean | null {
  const isTrue = TRUE.has(text.toLowerCase());
  return isTrue || FALSE.has(text.toLowerCase()) ? isTrue : null;
}

/** null: not set, not an integer, or one of more digits than a number keeps exactly. */
export function readInteger(value: unknown): number | null {
  const first = firstOf(value);
  if (typeof first === 'number') {
    return Number.isSafeInteger(first) ? first : null;
  }
  return typeof first === 'string' && /^-?\d{1,15}$/.test(first.trim()) ? Number(first) : null;
}

/** The value at `position` of a list, or the single value; null: not set or empty. */
export function readText(value: unknown, position = 0): string | null {
  const one = Array.isArray(value) ? value[position] : position === 0 ? value : undefined;
  if (typeof one === 'number' || typeof one === 'boolean') {
    return String(one);
  }
  return typeof one === 'string' && one !== '' ? one : null;
}

/** All non-empty texts of a list; a single value counts as a list of one. */
export function readTexts(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is string => typeof each === 'string' && each !== '');
}

/** But for case. */
export function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}
