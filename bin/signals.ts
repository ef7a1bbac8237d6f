/** SIGTERM and SIGINT ask the run to stop after the object in hand. */
import type { Logger } from '../lib/logger/logger.ts';

const EXIT_CODES = { SIGTERM: 143, SIGINT: 130 };

export interface Signals {
  /** Of the first that came; 0: none did. */
  readonly exitCode: number;
  close(): void;
}

/** `meaning`: what becomes of the work at the first one; whoever asks again is told what goes on. */
export function listenForSignals(
  { warning }: Pick<Logger, 'warning'>,
  meaning: string,
  act: () => void = () => undefined,
): Signals {
  let exitCode = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (exitCode === 0) {
      exitCode = EXIT_CODES[name as keyof typeof EXIT_CODES];
      warning(`received ${name}: ${meaning}`);
      act();
    } else {
      warning(
        `received ${name} again: what is in hand is still being finished, the server may take its time. To end it at once: ` +
          `kill -KILL ${process.pid}. Nothing is lost by that, the next run goes on from there`,
      );
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    get exitCode() {
      return exitCode;
    },
    close() {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

/** Of a run that something else than a signal of its own has stopped. */
export const STOPPED = EXIT_CODES.SIGTERM;
