/** Which pictures OX takes, and that it makes large JPEG ones smaller (docs/ox.md, "Pictures"). */

import { codedFault, storageFault } from './faults.ts';
import { type Fields, textOf } from './values.ts';

/** Of a change; a creation has none. */
const MOST = 4_194_304;
/** How JPEG, PNG, GIF, BMP, TIFF (twice) and ICO begin. */
const STARTS = ['ffd8ff', '89504e47', '47494638', '424d', '49492a00', '4d4d002a', '00000100'];

/** Empty text, or what is no base64, has no effect. */
export function pictureOf(sent: Fields): Fields {
  const image1 = textOf(sent, 'image1');
  if (!image1 || !isBase64(image1)) return {};
  return { image1: scaled(image1), image1ContentType: textOf(sent, 'image1ContentType') };
}

export function checkPicture(sent: Fields, creating: boolean): void {
  const image1 = textOf(sent, 'image1');
  if (!image1 || !isBase64(image1)) return;
  const image1ContentType = textOf(sent, 'image1ContentType');
  if (typeof image1ContentType !== 'string') throw storageFault('imageContentType must not be null');
  const picture = Buffer.from(image1, 'base64');
  if (!creating && picture.length > MOST) {
    const text = `Image size too large. Image size: ${picture.length}. Max. size: ${MOST}.`;
    throw codedFault('CON-0172', 'USER_INPUT', text);
  }
  const start = picture.subarray(0, 4).toString('hex');
  if (STARTS.some((known) => start.startsWith(known))) return;
  throw storageFault(
    `com.openexchange.imagetransformation.NoSuchImageReader: No image reader available for format ${image1ContentType}`,
  );
}

const MOST_WIDE = 600;
const MOST_HIGH = 800;

/** What is larger becomes a picture that fits, here one without content; the rest stays byte by byte. */
function scaled(image1: string): string {
  const size = sizeOf(Buffer.from(image1, 'base64'));
  const scale = size === null ? 1 : Math.min(1, MOST_WIDE / size.width, MOST_HIGH / size.height);
  if (size === null || scale === 1) return image1;
  const frame = Buffer.from('ffd8ffc0001108000000000301220002110103110100ffd9', 'hex');
  frame.writeUInt16BE(Math.max(1, Math.floor(size.height * scale)), 7);
  frame.writeUInt16BE(Math.max(1, Math.floor(size.width * scale)), 9);
  return frame.toString('base64');
}

/** From the frame header of a JPEG picture; null: it has none. */
function sizeOf(picture: Buffer): { readonly width: number; readonly height: number } | null {
  if (picture.length < 4 || picture.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= picture.length && picture[at] === 0xff; at += 2 + picture.readUInt16BE(at + 2)) {
    const marker = picture[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: picture.readUInt16BE(at + 5), width: picture.readUInt16BE(at + 7) };
    }
  }
  return null;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
