/** Checks the files that administrators write: credentials and attribute mapping. */
import { validate as mapping } from '#generated/validate-attribute-mapping.cjs';
import { validate as contexts } from '#generated/validate-contexts.cjs';
import { mistakesOf } from './messages.ts';

export function credentialsMistakes(value: unknown): string[] {
  return mistakesOf(contexts, value);
}

export function mappingMistakes(value: unknown): string[] {
  return mistakesOf(mapping, value);
}
