/** The subscriptions of a Provisioning API, and what it answers to each call. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from './operation.ts';
import { type PrefillStatus, type Published, Subscription, type Topic } from './queue.ts';

export const ADMIN = { username: 'admin', password: 'admin-secret' } as const;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Call {
  readonly operation: Operation;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly authorization: string | undefined;
  /** Nobody waits for the answer any more. */
  readonly isCutOff: () => boolean;
}

export const NOT_LET_IN: Answer = { status: 401, body: { detail: 'Incorrect username or password' } };
const NOT_YOURS: Answer = { status: 401, body: { detail: 'You do not have access to this data' } };

export class Service {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #ackWait: number;
  readonly #refusalTakes: number;

  /** Both in milliseconds. */
  constructor({ ackWait, refusalTakes }: { readonly ackWait: number; readonly refusalTakes: number }) {
    this.#ackWait = ackWait;
    this.#refusalTakes = refusalTakes;
  }

  subscribe(name: string, password: string, topics: readonly Topic[], prefill: boolean): Subscription {
    const made = new Subscription(name, password, topics, prefill);
    made.ackWait = this.#ackWait;
    this.#subscriptions.set(name, made);
    return made;
  }

  subscription(name: string): Subscription {
    const found = this.#subscriptions.get(name);
    if (found === undefined) {
      throw new Error(`no subscription ${name}`);
    }
    return found;
  }

  /** To every subscription that has the topic. Answers the numbers. */
  publish(message: Published): number[] {
    const meant = [...this.#subscriptions.values()].filter(({ topics }) =>
      topics.some(({ realm, topic }) => realm === message.realm && topic === message.topic),
    );
    return meant.map((subscription) => subscription.store({ ...message }));
  }

  async answer(call: Call): Promise<Answer> {
    const { operation, path, body } = call;
    const login = loginOf(call.authorization);
    if (login === null) {
      return { status: 401, body: { detail: 'Not authenticated' } };
    }
    const [, , , name = '', , number = ''] = path.split('/').map(decodeURIComponent);
    if (operation === 'publish') {
      this.publish(parse(body) as Published);
      return { status: 202, body: null };
    }
    if (operation === 'set prefill') {
      this.subscription(name).setPrefill((parse(body) as { status: PrefillStatus }).status);
      return { status: 200, body: null };
    }
    const isAdmin = login.username === ADMIN.username && login.password === ADMIN.password;
    const own = this.#subscriptions.get(login.username);
    const isOwn = own !== undefined && own.password === login.password;
    if (!isAdmin && !isOwn) {
      await sleep(this.#refusalTakes);
      return NOT_LET_IN;
    }
    if (operation === 'create') {
      return isAdmin ? this.#create(body) : NOT_LET_IN;
    }
    if (operation === 'remove') {
      if (!isAdmin && login.username !== name) {
        return NOT_YOURS;
      }
      return this.#subscriptions.delete(name)
        ? { status: 200, body: null }
        : { status: 404, body: { detail: `Subscription not found: '${name}'` } };
    }
    if (own === undefined || !isOwn || own.name !== name) {
      return NOT_YOURS;
    }
    if (own.isInconsistent && operation !== 'subscription') {
      return { status: 500, body: { detail: 'Inconsistent message queue state in NATS' } };
    }
    return this.#ofConsumer(call, own, number);
  }

  async #ofConsumer({ operation, query, body, isCutOff }: Call, own: Subscription, number: string): Promise<Answer> {
    if (operation === 'subscription') {
      const { name, topics, hasPrefill, prefill } = own;
      const described = {
        name,
        realms_topics: topics,
        request_prefill: hasPrefill,
        prefill_queue_status: prefill,
      };
      return { status: 200, body: described };
    }
    if (operation === 'acknowledge') {
      if (!/^\d+$/.test(number) || (parse(body) as { status?: unknown } | null)?.status !== 'ok') {
        return { status: 422, body: { status_code: 422, message: `refused ${body}`, data: null } };
      }
      return own.acknowledge(Number(number))
        ? { status: 200, body: null }
        : { status: 404, body: { detail: 'no message found' } };
    }
    const isGone = (): boolean => isCutOff() || this.#subscriptions.get(own.name) !== own;
    const stored = await own.take(Number(query.get('timeout') ?? 5) * 1000, isGone);
    return {
      status: 200,
      body: stored && { ...stored.content, sequence_number: stored.number, num_delivered: stored.delivered },
    };
  }

  #create(body: string): Answer {
    const wish = parse(body) as {
      name?: string;
      realms_topics?: Topic[];
      request_prefill?: boolean;
      password?: string;
    } | null;
    const { name, realms_topics: topics, request_prefill: prefill, password } = wish ?? {};
    if (name === undefined || topics === undefined || prefill === undefined || password === undefined) {
      return { status: 422, body: { status_code: 422, message: `refused ${body}`, data: null } };
    }
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      return {
        status: 500,
        body: { detail: 'Subscription could not be created due to an internal error' },
      };
    }
    const there = this.#subscriptions.get(name);
    if (there === undefined) {
      this.subscribe(name, password, topics, prefill);
      return { status: 201, body: null };
    }
    const isSame =
      JSON.stringify(there.topics) === JSON.stringify(topics) &&
      there.hasPrefill === prefill &&
      there.password === password;
    return isSame
      ? { status: 200, body: null }
      : {
          status: 409,
          body: { detail: 'Subscription with the given name already registered but with different parameters.' },
        };
  }
}

function loginOf(header: string | undefined) {
  const [, encoded] = /^Basic (.+)$/.exec(header ?? '') ?? [];
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return username === undefined || password === undefined ? null : { username, password };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
