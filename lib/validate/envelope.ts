/** Checks the envelope that all queue files share (docs/behaviour.md, "A queue file"). */
import { validate } from '#generated/validate-envelope.cjs';
import { mistakesOf } from './messages.ts';

export function envelopeMistakes(value: unknown): string[] {
  return mistakesOf(validate, value);
}
