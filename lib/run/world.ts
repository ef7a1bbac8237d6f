/** What a run works with. */
import type { Logger } from '../logger/logger.ts';
import type { Memory } from '../memory/memory.ts';
import type { Inbox } from '../queue/inbox.ts';
import type { Parking } from '../queue/parking.ts';
import type { Target } from '../target/target.ts';
import type { Report } from './report.ts';

export interface World {
  readonly inbox: Inbox;
  readonly memory: Memory;
  readonly target: Target;
  readonly parking: Parking;
  readonly log: Logger;
  readonly report: Report;
  /** Tells those who ask which object is being worked on. */
  readonly announce: (object: string) => void;
}
