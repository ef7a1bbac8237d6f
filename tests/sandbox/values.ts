/** The plain values requests and answers are made of, and careful ways to read them. */

export type Value = string | number | boolean | null | Fields | Value[];

/** A missing key is an absent element, null is xsi:nil. */
export interface Fields {
  [name: string]: Value | undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' ? value : undefined;
}

export function booleanOf(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function fieldsOf(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return isFields(value) ? value : undefined;
}

/** Undefined when no such element was sent; nil elements are null. */
export function listOf(fields: Fields, name: string): Value[] | undefined {
  const value = fields[name];
  return Array.isArray(value) ? value : undefined;
}

export function textsOf(fields: Fields, name: string): string[] | undefined {
  const texts = listOf(fields, name)?.filter((value) => typeof value === 'string');
  return texts !== undefined && texts.length > 0 ? texts : undefined;
}

/** Id 0 means "no id" to OX. */
export function idOf(fields: Fields): number | undefined {
  const id = numberOf(fields, 'id');
  return id === 0 ? undefined : id;
}

/** An empty name means "no name". */
export function nameOf(fields: Fields): string | undefined {
  return textOf(fields, 'name') || undefined;
}
