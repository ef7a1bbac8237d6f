/** Whether bytes are a JPEG picture, and all of it: nothing is decoded, only the markers are followed. */

const MARKER = 0xff;
const START = 0xd8;
const END = 0xd9;

/** Markers without a length behind them: restarts, and a byte that stands for itself. */
function standsAlone(marker: number): boolean {
  return marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** By its first bytes. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === MARKER && bytes[1] === START && bytes[2] === MARKER;
}

/** Whether the end of the picture itself is there; that of a small picture inside, which many carry, does not count. */
export function isWholeJpeg(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== MARKER || marker === MARKER) {
      // Compressed data, or bytes that fill up.
      at += 1;
    } else if (marker === END) {
      return true;
    } else if (standsAlone(marker)) {
      at += 2;
    } else {
      at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    }
  }
  return false;
}
