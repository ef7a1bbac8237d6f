/** Which pictures OX takes; that it makes large ones smaller is left out here (docs/ox.md, "Pictures"). */

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
  return { image1, image1ContentType: textOf(sent, 'image1ContentType') };
}

export function checkPicture(sent: Fields, creating: boolean): void {
  const { image1, image1ContentType } = pictureOf(sent);
  if (typeof image1 !== 'string') return;
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

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
