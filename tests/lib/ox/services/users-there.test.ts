/** Lists of users by pages (docs/ox.md, "Reading users"). */
import { idsByPages } from '../../../../lib/ox/services/users-there.ts';

/** As OX answers: by id, from an offset on. */
function server(count: number) {
  const asked: (readonly [number, number])[] = [];
  const users = Array.from({ length: count }, (_, at) => ({ id: at + 2 }));
  const list = async (length: number, offset: number) => {
    asked.push([length, offset]);
    return users.slice(offset, offset + length);
  };
  return { list, asked };
}

it.each([
  [0, [[3, 0]]],
  [
    3,
    [
      [3, 0],
      [3, 3],
    ],
  ],
  [
    7,
    [
      [3, 0],
      [3, 3],
      [3, 6],
    ],
  ],
])('%i users in pages of three', async (count, expected) => {
  const { list, asked } = server(count);
  expect([...(await idsByPages(list, 3))]).toEqual(Array.from({ length: count }, (_, at) => at + 2));
  expect(asked).toEqual(expected);
});
