/** Characters. No name, DN or answer that means something is longer. */
const LONGEST = 4000;
const END = 0.25;

/** A text fit for a line of the log: the middle of one that is far too long is left out. */
export function clip(text: string, longest = LONGEST): string {
  if (text.length <= longest) {
    return text;
  }
  const left = text.length - longest;
  const end = Math.round(longest * END);
  return `${text.slice(0, longest - end)} […${left} characters…] ${text.slice(-end)}`;
}
