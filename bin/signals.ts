/** SIGTERM and SIGINT ask the run to stop after the object in hand (docs/behaviour.md, "One run"). */

export type StopSignal = 'SIGTERM' | 'SIGINT';

export interface Signals {
  /** null: none came. */
  readonly received: StopSignal | null;
  close(): void;
}

export function listenForSignals(announce: (name: StopSignal) => void): Signals {
  let received: StopSignal | null = null;
  const onSignal = (name: NodeJS.Signals): void => {
    if (received === null) {
      received = name === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
      announce(received);
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
