/** Pictures as UDM has them: JPEG in base64, one grey dot, as heavy as wished. */

const segmentOf = (marker: number, content: Buffer): Buffer => {
  const length = content.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), content]);
};

const segment = (marker: number, ...bytes: readonly number[]): Buffer => segmentOf(marker, Buffer.from(bytes));

/** One code: a single 0 bit means the symbol 0. */
const huffmanTable = (kind: number): Buffer => segment(0xc4, kind, 1, ...Array<number>(15).fill(0), 0);

const HEAD = Buffer.concat([
  Buffer.from([0xff, 0xd8]),
  segment(0xe0, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0),
]);

const TAIL = Buffer.concat([
  segment(0xdb, 0, ...Array<number>(64).fill(1)),
  segment(0xc0, 8, 0, 1, 0, 1, 1, 1, 0x11, 0),
  huffmanTable(0x00),
  huffmanTable(0x10),
  segment(0xda, 1, 1, 0, 0, 63, 0),
  // The picture: two codes, filled up with ones; then its end.
  Buffer.from([0x3f, 0xff, 0xd9]),
]);

const LARGEST_COMMENT = 65_533;

/** Of exactly `size` bytes: comments fill it up. */
export function jpegBytes(size = HEAD.length + TAIL.length): Buffer {
  const comments: Buffer[] = [];
  for (let left = size - HEAD.length - TAIL.length; left > 0; ) {
    // The last comment must have room for its own marker and length.
    const whole = Math.min(left, LARGEST_COMMENT + 4);
    const length = left - whole > 0 && left - whole < 4 ? whole - 4 : whole;
    comments.push(segmentOf(0xfe, Buffer.alloc(length - 4, 0x20)));
    left -= length;
  }
  return Buffer.concat([HEAD, ...comments, TAIL]);
}

export const JPEG = jpegBytes().toString('base64');
