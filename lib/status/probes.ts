/** Is `follow` alive, and does it get its messages? From files alone, for the probes of Kubernetes. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ifPossible } from '../errors/if-possible.ts';
import { replaceFile } from '../files/durable.ts';
import { readFetchRecord } from '../source/provisioning/record.ts';

const HEARTBEAT = '.heartbeat';

/** Milliseconds; beats come every ten seconds, also while OX is waited for. */
const AT_MOST = 120_000;

/** A full disk is reported by who has to write. */
export function beat(directory: string): void {
  ifPossible(() => replaceFile(join(directory, HEARTBEAT), ''));
}

/** Empty: it is; else why not. */
export function notLive(directory: string, now: Date): string {
  const beaten = statSync(join(directory, HEARTBEAT), { throwIfNoEntry: false })?.mtimeMs;
  if (beaten === undefined) {
    return 'follow has not been started on this data directory';
  }
  const age = now.getTime() - beaten;
  return age > AT_MOST ? `the last heartbeat of follow is ${Math.round(age / 1000)} seconds old` : '';
}

/** Empty: it is; else why not. */
export function notReady(directory: string, now: Date): string {
  const record = readFetchRecord(directory);
  if (!record?.lastPoll) {
    return `the Provisioning API has not answered so far${record?.problem ? `: ${record.problem}` : ''}`;
  }
  if (record.prefillStatus === 'failed') {
    return 'the prefill of the subscription has failed';
  }
  const age = now.getTime() - Date.parse(record.lastPoll);
  return age > AT_MOST
    ? `the last good answer of the Provisioning API is ${Math.round(age / 1000)} seconds old${record.problem ? `: ${record.problem}` : ''}`
    : '';
}
