/** A JPEG picture is whole when its own end is there. */
import { isJpeg, isWholeJpeg } from '../../../lib/model/jpeg.ts';
import { jpegBytes } from '../../harness/picture.ts';

const picture = jpegBytes();

it('is one by its first bytes', () => {
  expect(isJpeg(picture)).toBe(true);
  expect([[], [0xff, 0xd8], [0x89, 0x50, 0x4e], [0xff, 0xd8, 0x00]].map((bytes) => isJpeg(Buffer.from(bytes)))).toEqual(
    [false, false, false, false],
  );
});

it('is not whole wherever it is cut off', () => {
  expect(isWholeJpeg(picture)).toBe(true);
  for (let length = 0; length < picture.length; length += 1) {
    expect(isWholeJpeg(picture.subarray(0, length))).toBe(false);
  }
});

it.each([
  [
    'bytes that fill up between segments',
    Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xff]), picture.subarray(2)]),
  ],
  ['restarts and stuffed bytes in its data', withData([0xff, 0x00, 0x12, 0xff, 0xd0, 0x34])],
  ['more behind its end', Buffer.concat([picture, Buffer.from([0, 1, 2])])],
])('is whole with %s', (_what, bytes) => {
  expect(isWholeJpeg(bytes)).toBe(true);
  expect(isWholeJpeg(bytes.subarray(0, bytes.lastIndexOf(0xd9)))).toBe(false);
});

function withData(data: readonly number[]): Buffer {
  return Buffer.concat([picture.subarray(0, -2), Buffer.from(data), picture.subarray(-2)]);
}
