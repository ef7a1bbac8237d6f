/** What a message of the Provisioning API says, as a file of the queue (docs/provisioning-api.md, "Messages"). */
import { isDeeperThan, MAX_DEPTH } from '../../files/checked-json.ts';
import { type Envelope, OBJECT_TYPES, type ObjectType, type Origin, PREFILL } from '../../model/change.ts';
import { dnKey } from '../../model/dn.ts';
import type { Properties } from '../../model/udm.ts';
import { MAX_FILE_BYTES } from '../../queue/inbox.ts';
import { envelopeMistakes } from '../../validate/envelope.ts';
import { messageMistakes } from '../../validate/provisioning.ts';

/** It has a number, so it can be acknowledged; all else is open. */
export interface Numbered {
  readonly sequence_number: number;
  readonly [key: string]: unknown;
}

interface Side {
  readonly dn: string;
  readonly objectType?: string;
  /** LDAP's entryUUID, in prefill messages. */
  readonly uuid?: unknown;
  readonly properties: Properties;
  readonly options?: unknown;
}

interface Message extends Numbered {
  readonly publisher_name?: string;
  readonly ts?: string;
  readonly realm: string;
  readonly topic: string;
  /** The side that is absent is `{}`. Beside a new one the old one may be of any form: it comes from a cache of the service. */
  readonly body: { readonly old: Partial<Side>; readonly new: Partial<Side> };
}

export type Reading =
  | { readonly kind: 'change'; readonly envelope: Envelope }
  /** Of a type that is none of ours. */
  | { readonly kind: 'foreign'; readonly topic: string }
  | { readonly kind: 'unusable'; readonly reason: string };

type Marks = Pick<Origin, 'prefill' | 'resync'>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const WITHOUT_ID =
  'the object has no id: neither properties.univentionObjectIdentifier nor uuid is a UUID. What to do: give the object a ' +
  'univentionObjectIdentifier (UCS has a script that does it for all), save it, and call listener_trigger queue retry if it was not changed by that';

/** `marks`: what is noted in the file beside what the message says. */
export function readMessage(value: Numbered, marks: Marks): Reading {
  if (isForeign(value)) {
    return { kind: 'foreign', topic: String(value.topic) };
  }
  const mistakes = isDeeperThan(value, MAX_DEPTH)
    ? [`is nested more than ${MAX_DEPTH} levels deep`]
    : messageMistakes(value);
  if (mistakes.length > 0) {
    return { kind: 'unusable', reason: `the message is not as expected: ${mistakes.join('; ')}` };
  }
  const message = value as Message;
  const { topic, body } = message;
  const now = isThere(body.new) ? body.new : null;
  const side = now ?? (isThere(body.old) ? body.old : null);
  if (side === null) {
    return { kind: 'unusable', reason: 'the message holds no object' };
  }
  const types = [body.new.objectType, body.old.objectType];
  const other = types.find((type) => typeof type === 'string' && type !== topic);
  if (other !== undefined) {
    return { kind: 'unusable', reason: `the topic is ${topic}, but the object is a ${other}` };
  }
  const id = uuidOf(side.properties.univentionObjectIdentifier) ?? uuidOf(side.uuid);
  if (id === null) {
    return { kind: 'unusable', reason: WITHOUT_ID };
  }
  const envelope: Envelope = {
    id,
    udm_object_type: topic as ObjectType,
    dn: side.dn,
    object: now?.properties ?? null,
    options: now?.options ?? null,
    provisioning: originIn(message, id, marks),
  };
  const bytes = Buffer.byteLength(JSON.stringify(envelope));
  const reason =
    bytes > MAX_FILE_BYTES
      ? `the object has ${bytes} bytes, expected at most ${MAX_FILE_BYTES}`
      : envelopeMistakes(envelope).join('; ');
  return reason === '' ? { kind: 'change', envelope } : { kind: 'unusable', reason };
}

export function isPrefill({ publisher_name: publisher }: Numbered): boolean {
  return publisher === PREFILL;
}

/** Whether this may be a message at all. */
export function isNumbered(value: unknown): value is Numbered {
  const number = (value as Partial<Numbered> | null)?.sequence_number;
  return typeof value === 'object' && !Array.isArray(value) && Number.isSafeInteger(number) && Number(number) >= 1;
}

/** Whatever else is wrong with it: it does not concern us. */
function isForeign({ realm, topic }: Numbered): boolean {
  const isOurs = realm === 'udm' && (OBJECT_TYPES as readonly unknown[]).includes(topic);
  return typeof realm === 'string' && typeof topic === 'string' && !isOurs;
}

function isThere(side: Partial<Side>): side is Side {
  return Object.keys(side).length > 0;
}

function isDn(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function uuidOf(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value.trim()) ? value.trim().toLowerCase() : null;
}

function originIn({ sequence_number, publisher_name = '', ts = '', body }: Message, id: string, marks: Marks): Origin {
  const { new: now, old: former } = body;
  const entryUUID = uuidOf(now.uuid ?? former.uuid);
  const isMoved = isDn(now.dn) && isDn(former.dn) && dnKey(now.dn) !== dnKey(former.dn);
  return {
    sequence_number,
    publisher_name,
    ts,
    ...marks,
    ...(entryUUID === null || entryUUID === id ? {} : { entryUUID }),
    ...(isMoved ? { formerDn: former.dn } : {}),
  };
}
