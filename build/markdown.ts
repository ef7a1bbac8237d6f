/** Pieces of pages in Markdown. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** What is between `<!-- generated: NAME -->` and the next `<!-- end -->`. */
export function replaceBetweenMarks(page: string, name: string, content: string): string {
  const end = '<!-- end -->';
  const begin = `<!-- generated: ${name} -->`;
  const at = page.indexOf(begin);
  const until = page.indexOf(end, at);
  if (at < 0 || until < 0) {
    throw new Error(`there is no ${begin} with ${end} behind it`);
  }
  return `${page.slice(0, at)}${begin}\n\n${content}\n\n${page.slice(until)}`;
}
