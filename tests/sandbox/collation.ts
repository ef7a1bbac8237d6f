/**
 * What the database takes for equal: neither case, accents, blanks at the end nor the kind of an emoji count
 * (docs/ox.md, "Groups").
 */
export function collated(text: string): string {
  const plain = text
    .trimEnd()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return plain.replace(/\p{Extended_Pictographic}/gu, '\u{1f600}').toLowerCase();
}
