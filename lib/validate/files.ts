/** Checks the files that administrators write: credentials and attribute mapping. */
import { validate as mapping } from '#generated/validate-attribute-mapping.cjs';
import { validate as contexts } from '#generated/validate-contexts.cjs';
import { mistakesOf } from './messages.ts';

/** Passwords, and what stands in the place of a whole entry: most likely a password too. */
const SECRET = /^\/[^/]*$|pass/;

export function credentialsMistakes(value: unknown): string[] {
  return mistakesOf(contexts, value, { secret: SECRET });
}

export function mappingMistakes(value: unknown): string[] {
  return mistakesOf(mapping, value);
}
