/** Checks messages of the Provisioning API. */
import { validate } from '#generated/validate-provisioning-message.cjs';
import { mistakesOf } from './messages.ts';

export function messageMistakes(value: unknown): string[] {
  return mistakesOf(validate, value);
}
