/**
 * Texts from outside, fit for a terminal and a log: no control characters, Latin-1's included (U+009B starts a command), no
 * marks that turn the direction of what follows, no line of its own.
 */

/** Each of them breaks a line, or is shown as a blank. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const BLANK = /[\u0000-\u001f\u007f\u2028\u2029]+/g;

/** Shown by their number: nobody takes them for something else. */
const HIDDEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One line. */
export function printable(text: string): string {
  return text.replace(BLANK, ' ').replace(HIDDEN, numberOf);
}

/** JSON that says the same, with nothing in it that a terminal acts on. */
export function printableJson(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(HIDDEN, numberOf);
}

function numberOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
