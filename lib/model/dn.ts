/** Compares DNs (RFC 4514) as LDAP does for the attributes UCS uses: without regard to case, spaces and escapes. */

/**
 * A key that is equal for equal DNs: case folded, spaces around `,`, `=` and `+` dropped, escapes resolved, and the
 * special characters of values written in one way. What is not a DN gets a key all the same.
 */
export function dnKey(dn: string): string {
  if (isPlain(dn)) {
    return dn.toLowerCase();
  }
  return splitUnescaped(dn, ',').map(rdnKey).join(',');
}

/** Most DNs need no more than folding the case. */
function isPlain(dn: string): boolean {
  return !/[\\"+;#<>]|\s[,=]|[,=]\s|^\s|\s$|[^\x20-\x7e]| {2}/.test(dn);
}

function rdnKey(rdn: string): string {
  return splitUnescaped(rdn, '+').map(pairKey).sort().join('+');
}

function pairKey(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals < 0) {
    return pair.trim().toLowerCase();
  }
  const value = unescapeValue(trimUnescaped(pair.slice(equals + 1)));
  const folded = value.normalize('NFC').toLowerCase().replace(/ +/g, ' ').trim();
  return `${pair.slice(0, equals).trim().toLowerCase()}=${folded.replace(/[,+"\\<>;]/g, (special) => `\\${special}`)}`;
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') {
      at += 1;
    } else if (char === '"') {
      quoted = !quoted;
    } else if (!quoted && (char === separator || (separator === ',' && char === ';'))) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** An escaped space at the end belongs to the value. */
function trimUnescaped(value: string): string {
  const trimmed = value.trimStart();
  const end = trimmed.trimEnd();
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(end) && end.length < trimmed.length ? `${end} ` : end;
}

function unescapeValue(value: string): string {
  const bare = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  if (!bare.includes('\\')) {
    return bare;
  }
  const bytes: Buffer[] = [];
  for (const [piece] of bare.matchAll(/\\[0-9a-fA-F]{2}|\\[\s\S]|[^\\]+|\\$/g)) {
    const hex = /^\\([0-9a-fA-F]{2})$/.exec(piece)?.[1];
    bytes.push(hex ? Buffer.from(hex, 'hex') : Buffer.from(piece.startsWith('\\') ? piece.slice(1) : piece));
  }
  return Buffer.concat(bytes).toString('utf8');
}
