/** Says what a schema found wrong in words an administrator understands: where, what was found, what was expected. */
import type { ErrorObject, ValidateFunction } from 'ajv';

/** At most this many mistakes are listed one by one. */
const MOST = 20;

/** Values of these properties are never shown. */
const SECRET = /pass|secret|hash|photo|certificate|key/i;

export interface Wording {
  /** Where `value` is in its file. */
  readonly base?: string;
  /** Pointers whose values are not shown. */
  readonly secret?: RegExp;
}

/** All mistakes of `value`, one text each; empty: it is valid. */
export function mistakesOf(validate: ValidateFunction, value: unknown, wording: Wording = {}): string[] {
  if (validate(value)) {
    return [];
  }
  // What is wrong with a name, or under a condition, is said by another error.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'propertyNames' && keyword !== 'if');
  const texts = [...new Set(errors.map((error) => describe(error, wording)))];
  return texts.length > MOST ? [...texts.slice(0, MOST), `and ${texts.length - MOST} more`] : texts;
}

function describe(error: ErrorObject, { base = '', secret = SECRET }: Wording): string {
  const pointer = base + error.instancePath || '/';
  const expected = (error.parentSchema as { description?: string } | undefined)?.description ?? error.message;
  if (error.keyword === 'required') {
    return `${pointer}: ${String(error.params.missingProperty)} is missing`;
  }
  if (error.keyword === 'additionalProperties') {
    return `${pointer}: ${JSON.stringify(error.params.additionalProperty)} is not known, expected ${expected}`;
  }
  if (error.propertyName !== undefined) {
    return `${pointer}: found ${JSON.stringify(error.propertyName)}, expected ${expected}`;
  }
  return `${pointer}: found ${found(error.data, secret.test(pointer))}, expected ${expected}`;
}

function found(value: unknown, isSecret: boolean): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (typeof value === 'object') {
    return 'an object';
  }
  if (isSecret) {
    return `a ${typeof value}`;
  }
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
