/** Users whom OX refuses, each with the display name of anna, and runs that park what is refused. */
import { aUser, type QueueFile } from './objects.ts';
import type { Workplace } from './workplace.ts';

export const GO_ON = { env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } } as const;

export const twins = (count: number): QueueFile[] =>
  Array.from({ length: count }, (_, at) => aUser(`twin${at}`, { displayName: 'anna Example' }));

/** Answers the names of their files. */
export async function parkTwins(place: Workplace, count: number): Promise<string[]> {
  const [, ...names] = place.drop(aUser('anna'), ...twins(count));
  expect((await place.run(GO_ON)).code).toBe(0);
  expect(place.parked().sort()).toEqual(names);
  return names;
}
