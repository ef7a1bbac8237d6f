/** The second act: a change that OX refuses, how an administrator finds out, and the cure. */
import type { Workplace } from '../harness/workplace.ts';
import { CURE, STUCK } from './queue.ts';
import { print } from './tables.ts';

/** Answers whether the queue is empty in the end. */
export async function showNight(place: Workplace): Promise<boolean> {
  const say = async (...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await place.run({ args });
    print(`$ ${['listener_trigger', ...args].join(' ')} (exit code ${code})`, [[`${stdout}${stderr}`.trim()]]);
  };
  const [stuck = ''] = place.drop(...STUCK);
  print('The next night: a group gets a name that OX refuses, and a change waits behind it', [[stuck]]);
  await say();
  await say('queue', 'list');
  await say('status');
  place.drop(CURE);
  print('In the morning the name is corrected in UDM: UCS writes another file', [[place.waiting().join('\n')]]);
  await say('plan');
  await say();
  return place.waiting().length === 0;
}
