/** OX's search patterns: `*` for anything, the rest is SQL LIKE (docs/ox.md, "Reading users"). */

export function likePattern(pattern: string, ignoreCase = false): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '\\' && i + 1 < pattern.length) source += literal(pattern[++i] ?? '');
    else if (char === '*' || char === '%') source += '[^]*';
    else if (char === '_') source += '[^]';
    else source += literal(char);
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
