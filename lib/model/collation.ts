/**
 * Names of groups and resources as OX's database compares them: neither case, accents, blanks at the end nor the kind of an
 * emoji count (docs/ox.md, "Groups"). Two names that differ here may still be one there: what OX finds is looked at by its
 * own name.
 */
export function collated(name: string): string {
  const plain = name
    .trimEnd()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return plain.replace(/\p{Extended_Pictographic}/gu, '\u{1f600}').toLowerCase();
}
