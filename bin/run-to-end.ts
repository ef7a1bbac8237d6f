/** Works a queue off, whatever target it is for: signals, what is said at the end, and the exit code. */
import { asConnectorError } from '../lib/errors/connector-error.ts';
import { counted } from '../lib/errors/printable.ts';
import { Stopped } from '../lib/errors/stopped.ts';
import type { Logger } from '../lib/logger/logger.ts';
import type { Inbox } from '../lib/queue/inbox.ts';
import { ItemFailure } from '../lib/run/item-failure.ts';
import { recordSuccess } from '../lib/run/run-record.ts';
import type { Frame } from './frame.ts';
import { keepAccount, type Progressing } from './run-account.ts';
import { listenForSignals, STOPPED } from './signals.ts';

export interface Hooks {
  readonly log: Logger;
  /** Told which object is being worked on. */
  readonly announce: (object: string) => void;
  readonly isStopped: () => boolean;
}

export interface Runnable {
  readonly inbox: Inbox;
  readonly drain: Progressing & { run(): Promise<void> };
  /** However it ended. */
  close(): void;
}

/** Answers the exit code; throws the first failure. */
export async function runToEnd(
  { directory, log, progress, lock, isStopped: isAsked }: Frame,
  open: (hooks: Hooks) => Runnable | Promise<Runnable>,
): Promise<number> {
  // Who asks by itself has told what the signal means.
  const teller = isAsked === undefined ? log : { warning: () => undefined };
  const signals = listenForSignals(teller, 'finishing the object in hand, then stopping');
  const isStopped = (): boolean => signals.exitCode !== 0 || isAsked?.() === true;
  const stopCode = (): number => signals.exitCode || STOPPED;
  try {
    const { inbox, drain, close } = await open({ log, announce: (object) => lock?.note(object), isStopped });
    const account = keepAccount(inbox, drain, { log, progress });
    try {
      await drain.run().finally(async () => {
        // A signal that came with the last answer is heard by then.
        await new Promise(setImmediate);
        inbox.sync();
        if (drain.processed > 0) {
          log.info(`Successfully processed ${drain.processed} files during this run`);
        }
        if (drain.parked > 0) {
          const left = inbox.list().length;
          const parked = `${counted(drain.parked, 'file')} ${drain.parked === 1 ? 'was' : 'were'} parked`;
          log.warning(`${parked} during this run, ${drain.processed} done, ${left} left`);
        }
      });
      account.end(isStopped() ? stopCode() : 0);
    } catch (error) {
      if (isStop(error)) {
        account.end(stopCode());
      } else {
        const { exitCode, code } = asConnectorError(error instanceof ItemFailure ? error.cause : error);
        account.end(exitCode, code);
      }
      throw error;
    } finally {
      close();
    }
  } catch (error) {
    if (!isStop(error)) {
      throw error;
    }
  } finally {
    signals.close();
  }
  if (isStopped()) {
    return stopCode();
  }
  recordSuccess(directory, new Date());
  return 0;
}

function isStop(error: unknown): boolean {
  return error instanceof ItemFailure && error.cause instanceof Stopped;
}
