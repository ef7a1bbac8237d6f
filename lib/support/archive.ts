/** A `.tar.gz` of a few texts, as every system unpacks it (POSIX ustar). */

export interface Entry {
  readonly name: string;
  readonly content: string;
}

const BLOCK = 512;

/** `directory`: what it unpacks to. */
export function tarGz(directory: string, entries: readonly Entry[], now: Date): Buffer {
  const seconds = Math.floor(now.getTime() / 1000);
  const parts = entries.flatMap(({ name, content }) => {
    const bytes = Buffer.from(content);
    const rest = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return [header(`${directory}/${name}`, bytes.length, seconds), bytes, rest];
  });
  // Two empty blocks end it.
  return process.getBuiltinModule('node:zlib').gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

function header(path: string, size: number, seconds: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const put = (text: string, at: number): void => void block.write(text, at, 'latin1');
  put(path, 0);
  put(octal(0o600, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(seconds, 12), 136);
  put(' '.repeat(8), 148);
  put('0ustar\u000000', 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
