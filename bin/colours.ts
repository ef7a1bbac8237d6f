/** Colours: on a terminal only, and not where NO_COLOR asks for none. */
import type { Environment } from '../lib/settings/settings.ts';

const CODES = { red: 31, yellow: 33, green: 32 } as const;

export type Colour = keyof typeof CODES;

export type Paint = (colour: Colour, text: string) => string;

/** https://no-color.org: any value that is not empty. */
export function painter(output: { readonly isTTY?: boolean }, environment: Environment): Paint {
  return output.isTTY && !environment.NO_COLOR && environment.TERM !== 'dumb'
    ? (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`
    : (_, text) => text;
}
