/** Values by keys, one or several for each. */
import { Gathered } from '../../../lib/queue/gathered.ts';

it('has none, one or several values of a key, each once and in their order', () => {
  const names = new Gathered<string>();
  for (const [key, value] of [
    ['a', '1'],
    ['b', '2'],
    ['b', '1'],
    ['a', '1'],
    ['b', '2'],
  ] as const) {
    names.add(key, value);
  }
  expect(['a', 'b', 'c'].map((key) => [...names.of(key)])).toEqual([['1'], ['2', '1'], []]);
});

it('removes a value of a key, and nothing where that is another one', () => {
  const names = new Gathered<string>();
  names.add('a', '1');
  names.add('b', '1');
  names.add('b', '2');
  names.remove('a', '2');
  names.remove('b', '1');
  expect(['a', 'b'].map((key) => [...names.of(key)])).toEqual([['1'], ['2']]);
  names.remove('a', '1');
  names.remove('b', '2');
  names.add('b', '3');
  expect(['a', 'b'].map((key) => [...names.of(key)])).toEqual([[], ['3']]);
});
