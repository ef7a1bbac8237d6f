/** Characters. No name, DN or answer that means something is longer. */
const LONGEST = 4000;
const END = 1000;

/** A text fit for a line of the log: the middle of one that is far too long is left out. */
export function clip(text: string): string {
  if (text.length <= LONGEST) {
    return text;
  }
  const left = text.length - LONGEST;
  return `${text.slice(0, LONGEST - END)} […${left} characters…] ${text.slice(-END)}`;
}
