/** When a target of the benchmark counts as missed. */
import { isMet, type Ratio } from './case.ts';

const time: Ratio = { what: 'CPU', value: 2.9, target: 1 };
const memory: Ratio = { what: 'peak memory (MiB)', value: 195, target: 150, isSteady: true };
const speed: Ratio = { what: 'throughput', value: 1.1, target: 3, atLeast: true };

it.each<[string, Ratio, number, boolean]>([
  ['a time is measured by its target', time, 1, false],
  ['by more where the machine has other work', time, 3, true],
  ['and no further', { ...time, value: 3.1 }, 3, false],
  ['what is to be at least so much may be less by as much', speed, 3, true],
  ['and no less', { ...speed, value: 0.9 }, 3, false],
  ['memory is measured by its target', memory, 1, false],
  ['and may be more by little, whatever the machine does', memory, 3, true],
  ['so that what keeps all in memory is seen', { ...memory, value: 196 }, 3, false],
  ['by no more than is asked for', memory, 1.2, false],
  ['where no call is expected, one is too many', { ...memory, what: 'calls', value: 1, target: 0 }, 3, false],
])('%s', (_what, ratio, slack, expected) => {
  expect(isMet(ratio, slack)).toBe(expected);
});
