/** `listener/.provisioning`: how far fetching has come, for those who ask and for the names of files. */
import { join } from 'node:path';
import { replaceFile, writeDurably } from '../../files/durable.ts';
import { readHint } from '../../files/hint.ts';

export const PREFILL_STATUSES = ['pending', 'running', 'failed', 'done'] as const;

export type PrefillStatus = (typeof PREFILL_STATUSES)[number];

/** A prefill as it is received: it names every object that there is. */
export interface Prefill {
  /** That of the subscription: it has one prefill, when it is made. */
  readonly id: string;
  /** false: its beginning may have been missed, so that nothing follows from what it did not name. */
  readonly isWhole: boolean;
  readonly isOver: boolean;
  /** What is known here and was not named, as found after it; null: not looked for so far. */
  readonly leftOver: { readonly count: number; readonly objects: readonly LeftOver[] } | null;
}

export interface LeftOver {
  readonly id: string;
  readonly dn: string;
}

export interface FetchRecord {
  /** What the subscription is called here, another one when it is made anew; empty: nothing has come so far. */
  readonly subscription: string;
  /** null: none so far. */
  readonly lastNumber: number | null;
  /** The number of the first message since there is this record; null: none, or the subscription was made anew since: nothing of it was missed. */
  readonly firstNumber: number | null;
  /** The name of the last file; empty: none. */
  readonly lastName: string;
  /** ISO 8601; empty: never. The last time that the service answered as it should. */
  readonly lastPoll: string;
  /** As the service says; empty: not asked so far. */
  readonly prefillStatus: PrefillStatus | '';
  readonly prefill: Prefill | null;
  /** Why fetching does not get on; empty: it does. */
  readonly problem: string;
}

const NAME = '.provisioning';

const NOTHING: FetchRecord = {
  subscription: '',
  lastNumber: null,
  firstNumber: null,
  lastName: '',
  lastPoll: '',
  prefillStatus: '',
  prefill: null,
  problem: '',
};

/** null: nothing was ever fetched, or the file is damaged. */
export function readFetchRecord(directory: string): FetchRecord | null {
  const found = readHint<FetchRecord>(join(directory, NAME));
  const record = found && { ...NOTHING, ...(found as Partial<FetchRecord>) };
  return record && isRecord(record) ? record : null;
}

function isRecord({ lastNumber, firstNumber, prefill, ...texts }: FetchRecord): boolean {
  const areNumbers = [lastNumber, firstNumber].every((each) => each === null || typeof each === 'number');
  return areNumbers && Object.values(texts).every((each) => typeof each === 'string') && isPrefill(prefill);
}

function isPrefill(found: Prefill | null): boolean {
  if (found === null) {
    return true;
  }
  const { id, leftOver = null } = found;
  const { count, objects } = leftOver ?? { count: 0, objects: [] };
  return typeof id === 'string' && typeof count === 'number' && Array.isArray(objects) && objects.every(isLeftOver);
}

function isLeftOver(found: Partial<LeftOver> | null): boolean {
  return typeof found?.id === 'string' && typeof found.dn === 'string';
}

export type OpenRecord = ReturnType<typeof openRecord>;

/** Only for the holder of the lock of fetching. */
export function openRecord(directory: string) {
  const path = join(directory, NAME);
  let now = readFetchRecord(directory) ?? NOTHING;
  const text = (changes: Partial<FetchRecord>): string => {
    now = { ...now, ...changes };
    return `${JSON.stringify(now)}\n`;
  };
  return {
    get now(): FetchRecord {
      return now;
    },
    note: (changes: Partial<FetchRecord>): void => replaceFile(path, text(changes)),
    /** The same, and a power cut does not take it back. */
    noteDurably: (changes: Partial<FetchRecord>): void => writeDurably(path, text(changes)),
  };
}
