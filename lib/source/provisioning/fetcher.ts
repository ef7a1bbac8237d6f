/**
 * Brings messages into the queue, one by one: each is a file there, durably, before it is acknowledged, which deletes it on
 * the other side. What cannot be used is set aside as it came, with the prefill that it is of.
 */

import { ConnectorError } from '../../errors/connector-error.ts';
import type { Logger } from '../../logger/logger.ts';
import type { Envelope } from '../../model/change.ts';
import type { Inbox } from '../../queue/inbox.ts';
import { nameAfter } from '../../queue/names.ts';
import type { ParkedFiles } from '../../queue/parking.ts';
import type { ProvisioningClient } from './client.ts';
import { whyNotLookedFor } from './left-over.ts';
import { isPrefill, type Numbered, readMessage } from './message.ts';
import { asParked } from './parked.ts';
import type { OpenRecord, PrefillStatus } from './record.ts';

export interface FetcherDeps {
  readonly client: ProvisioningClient;
  readonly inbox: Inbox;
  readonly parking: Pick<ParkedFiles, 'keep'>;
  readonly record: OpenRecord;
  readonly log: Logger;
  /** OX is asked about every object of a prefill, also where nothing has changed. */
  readonly resync: boolean;
}

export interface Received {
  /** null: it is none of ours, or was set aside. */
  readonly envelope: Envelope | null;
  /** Of the file that it became, in the queue or set aside; empty: none. */
  readonly name: string;
}

/** Seconds after which the service has given out again what was not acknowledged, whatever its version. */
const COMES_AGAIN_WITHIN = 40;

export class Fetcher {
  readonly #deps: FetcherDeps;
  /** Messages that became files so far: of the queue, or set aside. */
  readonly counts = { stored: 0, setAside: 0 };
  /** Types that are none of ours, told once each. */
  readonly #foreign = new Set<string>();
  /** What was stored last, in case that its acknowledgement did not arrive: it comes again then. */
  #last: { readonly text: string; readonly received: Received } | null = null;
  /** Seconds that were polled in vain since. */
  #inVain = 0;
  #statusAskedAt = Number.NEGATIVE_INFINITY;
  /** As the service said since the last message. */
  #isPrefillDone = false;
  #isThrough = false;

  constructor(deps: FetcherDeps) {
    this.#deps = deps;
    nameAfter(deps.inbox.directory, deps.record.now.lastName);
  }

  /** No message came although the prefill, if there was one, is done: it was said before the last poll. */
  get isThrough(): boolean {
    return this.#isThrough;
  }

  /** The last message is stored, and not acknowledged so far: until it comes again nothing else does. */
  get isLastOpen(): boolean {
    // Else the acknowledgement has arrived, and it was its answer that did not.
    return this.#last !== null && this.#inVain < COMES_AGAIN_WITHIN;
  }

  /** null: none came within so many seconds. */
  async poll(seconds: number, signal?: AbortSignal): Promise<Received | null> {
    const { client, record } = this.#deps;
    const message = await client.next(seconds, signal);
    const answered = { lastPoll: new Date().toISOString(), problem: '' };
    if (message === null) {
      record.note(answered);
      this.#inVain += seconds;
      this.#isThrough = this.#isPrefillDone && !this.isLastOpen;
      this.#noteEnd();
      return null;
    }
    this.#isThrough = false;
    this.#isPrefillDone &&= !isPrefill(message);
    this.#inVain = 0;
    const received = this.#store(message);
    await client.acknowledge(message.sequence_number);
    this.#last = null;
    // Its name, too, is noted only now: until the file is worked off, names are given after it because it is there.
    const lastName = received.name || record.now.lastName;
    record.note({ ...answered, lastNumber: message.sequence_number, lastName });
    return received;
  }

  /** Where the prefill stands, as the service says; it is asked at most every `seconds`. Throws PREFILL_FAILED. */
  async prefillStatus(seconds: number, signal?: AbortSignal): Promise<PrefillStatus | ''> {
    const { client, record } = this.#deps;
    const asked = performance.now();
    if (asked - this.#statusAskedAt >= seconds * 1000) {
      const { prefill_queue_status: prefillStatus } = await client.subscription(signal);
      this.#statusAskedAt = asked;
      this.#isPrefillDone = prefillStatus === 'done';
      record.note({ prefillStatus });
    }
    if (record.now.prefillStatus === 'failed') {
      throw new ConnectorError(
        'PREFILL_FAILED',
        'the prefill of the subscription has failed: no message comes any more',
        {
          remedy:
            'See the log of the service (its prefill container) for the cause, then make the subscription anew: listener_trigger subscribe --recreate.',
        },
      );
    }
    return record.now.prefillStatus;
  }

  /** Durable when it returns. */
  #store(message: Numbered): Received {
    const text = JSON.stringify({ ...message, num_delivered: undefined });
    if (this.#last?.text === text) {
      return this.#last.received;
    }
    this.#noteBeginning(message);
    const received = this.#write(message);
    this.#last = { text, received };
    return received;
  }

  #write(message: Numbered): Received {
    const { inbox, log, parking, record, resync } = this.#deps;
    const number = message.sequence_number;
    const prefill = record.now.subscription;
    const reading = readMessage(message, {
      prefill,
      ...(resync && isPrefill(message) ? { resync: true as const } : {}),
    });
    if (reading.kind === 'foreign') {
      if (!this.#foreign.has(reading.topic)) {
        this.#foreign.add(reading.topic);
        log.info('messages of this type are none of ours and are let go', { type: reading.topic, number });
      }
      return { envelope: null, name: '' };
    }
    if (reading.kind === 'unusable') {
      const { reason } = reading;
      const name = parking.keep(JSON.stringify(asParked(message, prefill)), reason);
      this.counts.setAside += 1;
      log.error('parked a message that cannot be used', { file: inbox.path(`parked/${name}`), number, reason });
      return { envelope: null, name };
    }
    const { envelope } = reading;
    const name = inbox.add(envelope);
    this.counts.stored += 1;
    log.debug('fetched', { file: inbox.path(name), type: envelope.udm_object_type, dn: envelope.dn, number });
    return { envelope, name };
  }

  #noteEnd(): void {
    const { record, log } = this.#deps;
    const { prefill } = record.now;
    if (this.#isThrough && prefill !== null && !prefill.isOver) {
      record.noteDurably({ prefill: { ...prefill, isOver: true } });
      log.info('the prefill is complete');
      const why = whyNotLookedFor(record.now);
      if (why !== '') {
        log.warning(why);
      }
    }
  }

  /**
   * Of the record, and of a prefill. A number that was acknowledged comes again only from a subscription made anew; without
   * that, a prefill message is of the prefill that was known, although it seemed to be complete.
   */
  #noteBeginning(message: Numbered): void {
    const { record, log } = this.#deps;
    const { sequence_number: number } = message;
    const { lastNumber, prefill, subscription } = record.now;
    const isAnew = lastNumber !== null && number <= lastNumber;
    if (isAnew || subscription === '') {
      const begun = {
        subscription: crypto.randomUUID(),
        firstNumber: isAnew ? null : number,
        lastNumber: null,
        prefillStatus: '',
      } as const;
      record.noteDurably({ ...begun, prefill: prefill?.isOver ? prefill : null });
      this.#isPrefillDone = false;
      this.#statusAskedAt = Number.NEGATIVE_INFINITY;
    }
    if (isAnew) {
      log.info('the subscription has been made anew', { number });
    }
    if (isPrefill(message)) {
      this.#notePrefill(number);
    }
  }

  #notePrefill(number: number): void {
    const { record, log } = this.#deps;
    const { prefill, subscription: id, firstNumber } = record.now;
    if (prefill?.id !== id) {
      record.noteDurably({
        prefill: { id, isWhole: firstNumber === null || firstNumber === 1, isOver: false, leftOver: null },
      });
      log.info('a prefill has begun', { number });
    } else if (prefill.isOver) {
      record.noteDurably({ prefill: { ...prefill, isOver: false, leftOver: null } });
    }
  }
}
