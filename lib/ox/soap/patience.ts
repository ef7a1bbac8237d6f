/** Repeats what OX refuses for a while only, where its answer proves that nothing was done. All else is sent once. */
import { faultOf, type OxClient } from './client.ts';
import type { OxFault } from './fault.ts';
import type { Pause } from './pause.ts';

interface Obstacle {
  readonly isMet: (fault: OxFault, operation: string) => boolean;
  /** Milliseconds before each repetition. */
  readonly waits: readonly number[];
  readonly reason: string;
}

const OBSTACLES: readonly Obstacle[] = [
  {
    // OX has waited for some 17 s itself.
    isMet: (fault) => fault.isUpdateConflict,
    waits: [1000, 3000, 9000],
    reason: 'OX is changing another user of the context',
  },
  {
    // The sooner it is repeated, the more likely it is to succeed and be damaged afterwards.
    isMet: (fault, operation) => operation === 'OXContextService.create' && fault.isNumberInUse,
    waits: [5000, 10_000, 20_000],
    reason: 'OX is still deleting the former context',
  },
];

/** The same client. */
export function patientClient(client: OxClient, pause: Pause): OxClient {
  const { call } = client;
  return Object.assign<OxClient, Pick<OxClient, 'call'>>(client, {
    async call(service, operation, ...rest) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await call(service, operation, ...rest);
        } catch (error) {
          const fault = faultOf(error);
          const obstacle = fault && OBSTACLES.find(({ isMet }) => isMet(fault, `${service}.${operation}`));
          const wait = obstacle?.waits[tries];
          if (!obstacle || wait === undefined) {
            throw error;
          }
          await pause(wait, obstacle.reason);
        }
      }
    },
  });
}
