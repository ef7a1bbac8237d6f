/** SIGTERM and SIGINT ask the run to stop after the object in hand. */

export type StopSignal = 'SIGTERM' | 'SIGINT';

export interface Signals {
  /** null: none came. */
  readonly received: StopSignal | null;
  close(): void;
}

/** `insist` is told what goes on where it is asked again. */
export function listenForSignals(
  announce: (name: StopSignal) => void,
  insist: (text: string) => void = () => undefined,
): Signals {
  let received: StopSignal | null = null;
  const onSignal = (name: NodeJS.Signals): void => {
    if (received === null) {
      received = name === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
      announce(received);
    } else {
      insist(
        `received ${name} again: what is in hand is still being finished, the server may take its time. To end it at once: ` +
          `kill -KILL ${process.pid}. Nothing is lost by that, the next run goes on from there`,
      );
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    get received() {
      return received;
    },
    close() {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

export function signalExitCode(name: StopSignal): number {
  return name === 'SIGTERM' ? 143 : 130;
}
