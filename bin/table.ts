/** Plain texts and tables for people: columns as wide as their content, and no wider than the terminal. */
import { printable } from '../lib/errors/printable.ts';

/** No column is cut further than this. */
const LEAST = 8;

/** `width`: of the terminal; what does not fit is cut, from the last column on, but never the first, which names things. */
export function formatTable(
  head: readonly string[],
  given: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const rows = given.map((row) => row.map(printable));
  const natural = head.map((title, column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), title.length),
  );
  const widths = fitted(natural, width);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  for (let column = widths.length - 1; column > 0; column -= 1) {
    const excess = widths.reduce((sum, each) => sum + each + 2, -2) - width;
    const own = widths[column] ?? 0;
    widths[column] = Math.max(Math.min(own, LEAST), own - Math.max(0, excess));
  }
  return widths;
}

/** At most so many characters, and no half of one. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(0, most - 1)).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** Characters. */
const LONGEST_VALUE = 60;

/** A value of a field, in a line with others. */
export function shortValue(text: string): string {
  return text === '' ? '-' : cut(text, LONGEST_VALUE);
}

/** Lines no longer than `width`, broken between words, each with the indentation. */
export function wrapped(text: string, indent: string, width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}

/** The same, where the line begins with a title of so many characters: what follows it goes on below itself. */
export function hanging(line: string, title: number, width: number): string {
  // A longer title takes the space behind it.
  const at = title + line.slice(title).search(/\S|$/);
  const [first = '', ...rest] = wrapped(line.slice(at), ' '.repeat(at), width).split('\n');
  return [printable(line.slice(0, at)) + first.slice(at), ...rest].join('\n');
}

/** Columns of the terminal; where there is none, lines are as long as they like. */
export function widthOf(output: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return output.isTTY && output.columns ? output.columns : Number.POSITIVE_INFINITY;
}
