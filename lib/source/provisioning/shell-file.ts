/**
 * The file that the vendor's join script leaves for a shell: `export NAME=value`, with the quoting of simple values. Or the
 * JSON that the subscription tools of UCS write.
 */

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;

/** What a line says that is no assignment is left alone, as a shell would do with a comment. */
export function readShellFile(content: string): ReadonlyMap<string, string> {
  const text = content.replace(/^\uFEFF/, '');
  if (/^\s*\{/.test(text)) {
    return readJson(text);
  }
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      values.set(name, unquote(value));
    }
  }
  return values;
}

/** Pieces in single quotes, in double quotes and bare ones follow on each other; a bare blank ends the value. */
function unquote(value: string): string {
  let result = '';
  const pieces = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gy;
  for (let piece = pieces.exec(value); piece !== null; piece = pieces.exec(value)) {
    const [, single, double, escaped, bare] = piece;
    result += single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? escaped ?? bare ?? '';
  }
  return result;
}

/** V8 would quote the text around a mistake, which may be the password. */
function readJson(text: string): ReadonlyMap<string, string> {
  let found: Readonly<Record<string, unknown>>;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error('it is not valid JSON');
  }
  const names = {
    PROVISIONING_API_USERNAME: found.subscription_name,
    PROVISIONING_API_PASSWORD: found.subscription_password,
  };
  return new Map(Object.entries(names).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
