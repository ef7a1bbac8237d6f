/**
 * The calls of the Provisioning API, and what its answers mean (docs/provisioning-api.md, "How the service behaves").
 */
import { clip } from '../../errors/clip.ts';
import { ConnectorError, type ErrorCode, type ErrorDetails, type ErrorFields } from '../../errors/connector-error.ts';
import {
  createTransport,
  type HttpAnswer,
  type HttpRequest,
  type Transport,
  type TransportSettings,
} from '../../http/transport.ts';
import { TransportError } from '../../http/transport-error.ts';
import { isNumbered, type Numbered } from './message.ts';
import { PREFILL_STATUSES, type PrefillStatus } from './record.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Access extends Login {
  readonly baseUrl: string;
}

export interface Topic {
  readonly realm: string;
  readonly topic: string;
}

export interface Subscription {
  readonly realms_topics: readonly Topic[];
  readonly request_prefill: boolean;
  readonly prefill_queue_status: PrefillStatus;
}

export interface ProvisioningClient {
  /** null: there is none, or the prefill is not done. `timeout`: seconds that the service waits for one. */
  next(timeout: number, signal?: AbortSignal): Promise<Numbered | null>;
  /** Only of a number that was received just now: it is deleted, whatever it is. */
  acknowledge(number: number): Promise<void>;
  subscription(signal?: AbortSignal): Promise<Subscription>;
  /** As the administrator. true: created; false: an identical one was there; null: one that differs. */
  create(admin: Login, topics: readonly Topic[]): Promise<boolean | null>;
  /** As the administrator. false: there was none. */
  remove(admin: Login): Promise<boolean>;
  close(): void;
}

/** A call that is no poll: NATS gives up after two seconds, the check of a password may take one. */
const CALL_SECONDS = 30;

/** A poll ends a second late while the prefill is looked at, and a message may have 16 MB. */
const GRACE_SECONDS = 50;

interface Call extends Pick<HttpRequest, 'method' | 'path' | 'timeout' | 'signal'> {
  /** Default: ours. */
  readonly login?: Login;
  readonly body?: unknown;
  /** Statuses beside 200 that are an answer. */
  readonly expects?: readonly number[];
}

export function createProvisioningClient(
  readAccess: () => Access,
  readCertificates: () => string,
  onExchange?: TransportSettings['onExchange'],
): ProvisioningClient {
  let access: Access | null = null;
  let transport: Transport | null = null;
  const ours = (): Access => {
    access ??= readAccess();
    return access;
  };
  const own = (): string => `/v1/subscriptions/${encodeURIComponent(ours().username)}`;

  /** Passwords and certificates are exchanged while `follow` goes on: the next call reads them again. */
  const forgetting = (error: ConnectorError): ConnectorError => {
    transport?.close();
    transport = null;
    access = null;
    return error;
  };

  /** Throws where the answer is not the service's own: a proxy has a 404, and a page with 200, too. */
  const call = async ({ login = ours(), body, expects = [], ...rest }: Call) => {
    const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    const about = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const request: HttpRequest = {
      timeout: CALL_SECONDS,
      ...rest,
      headers: { Accept: 'application/json', Authorization: `Basic ${basic}`, ...about },
      body: body === undefined ? null : JSON.stringify(body),
      // Messages are acknowledged, subscriptions made and removed by name: what was done already is said, and harmless.
      isRepeatable: true,
    };
    const { baseUrl: url } = ours();
    const settings = { url, timeout: CALL_SECONDS, connections: 2, readCertificates, onExchange };
    transport ??= createTransport(settings);
    const answer = await transport.send(request).catch((error: unknown) => {
      if (!(error instanceof TransportError) || error.failure === 'aborted') {
        // Nobody is told about a poll that is broken off.
        throw error;
      }
      const told = unanswered(error, request, url);
      throw error.failure === 'tls' ? forgetting(told) : told;
    });
    const { status } = answer;
    const { value, isOwnError, page } = read(answer);
    if (status !== 200 && !(expects.includes(status) && (status < 400 || isOwnError))) {
      const told = refused(answer, request, login);
      throw status === 401 ? forgetting(told) : told;
    }
    const invalid = (message: string): ConnectorError =>
      failed('PROVISIONING_ANSWER_INVALID', message, fieldsOf(request, answer));
    if (value === undefined) {
      throw invalid(`the answer is ${page ?? 'no JSON'}`);
    }
    return { status, value, invalid };
  };

  return {
    async next(timeout, signal) {
      const path = `${own()}/messages/next?timeout=${timeout}`;
      const { value, invalid } = await call({ method: 'GET', path, timeout: timeout + GRACE_SECONDS, signal });
      if (value !== null && !isNumbered(value)) {
        throw invalid('the answer is no message: it has no sequence_number');
      }
      return value;
    },
    async acknowledge(number) {
      // 404: it is acknowledged already.
      const path = `${own()}/messages/${number}/status`;
      await call({ method: 'PATCH', path, body: { status: 'ok' }, expects: [404] });
    },
    async subscription(signal) {
      const { value, invalid } = await call({ method: 'GET', path: own(), signal });
      if (!isSubscription(value)) {
        throw invalid('the answer does not describe a subscription');
      }
      return value;
    },
    async create(admin, topics) {
      const { username: name, password } = ours();
      const body = { name, realms_topics: topics, request_prefill: true, password };
      const path = '/v1/subscriptions';
      const { status } = await call({ method: 'POST', path, login: admin, body, expects: [201, 409] });
      return status === 409 ? null : status === 201;
    },
    async remove(admin) {
      return (await call({ method: 'DELETE', path: own(), login: admin, expects: [404] })).status === 200;
    },
    close: () => transport?.close(),
  };
}

function isSubscription(value: unknown): value is Subscription {
  const { realms_topics: topics, prefill_queue_status: status } = (value ?? {}) as Partial<Subscription>;
  const isTopic = (each: Partial<Topic> | null): boolean =>
    typeof each?.realm === 'string' && typeof each.topic === 'string';
  return PREFILL_STATUSES.some((each) => each === status) && Array.isArray(topics) && topics.every(isTopic);
}

const REACH =
  'Check PROVISIONING_API_BASE_URL, that the Provisioning Service and its NATS are running, and the proxies in between. Nothing is lost: ' +
  'the messages wait there.';

const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  PROVISIONING_UNREACHABLE: REACH,
  PROVISIONING_ANSWER_INVALID: `Nothing was acknowledged. ${REACH}`,
  PROVISIONING_BROKEN:
    'The queue of the subscription is gone in NATS. Make it anew with listener_trigger subscribe --recreate, which asks for a prefill; what ' +
    'waited in it is lost, deletions too.',
  PROVISIONING_CREDENTIALS:
    'The password is wrong, or there is no such subscription: the service answers the same to both. Correct PROVISIONING_API_USERNAME and ' +
    'PROVISIONING_API_PASSWORD (of the administrator for subscribe), or make the subscription with listener_trigger subscribe.',
};

function failed(
  code: ErrorCode,
  message: string,
  fields: ErrorFields,
  { remedy = REMEDIES[code], cause }: Pick<ErrorDetails, 'remedy' | 'cause'> = {},
): ConnectorError {
  return new ConnectorError(code, `the Provisioning API cannot be used: ${message}`, { fields, cause, remedy });
}

function unanswered(error: TransportError, request: HttpRequest, url: string): ConnectorError {
  const { failure } = error;
  const code =
    failure === 'invalid' || failure === 'large' ? 'PROVISIONING_ANSWER_INVALID' : 'PROVISIONING_UNREACHABLE';
  const remedy =
    failure === 'tls'
      ? 'Give the CA certificate of the server: OX_SOAP_CA_FILE, or a file in DATA/conf/ca-certificates.'
      : undefined;
  return failed(code, `${url}: ${error.message}`, fieldsOf(request), { remedy, cause: error });
}

function refused(answer: HttpAnswer, request: HttpRequest, { username }: Login): ConnectorError {
  const { status } = answer;
  const fields = { ...fieldsOf(request, answer), status };
  const { words } = read(answer);
  if (status === 401) {
    return failed('PROVISIONING_CREDENTIALS', `${username} is not let in (${words})`, fields);
  }
  if (status >= 300 && status < 400) {
    const remedy = 'Set PROVISIONING_API_BASE_URL to the address itself: a password goes to no other one.';
    return failed('PROVISIONING_ANSWER_INVALID', `it redirects (${status})`, fields, { remedy });
  }
  const away = /inconsistent/i.test(words) ? 'PROVISIONING_BROKEN' : 'PROVISIONING_UNREACHABLE';
  return failed(status >= 500 ? away : 'PROVISIONING_ANSWER_INVALID', `it answers ${status} ${words}`.trim(), fields);
}

/** The service's log has the request under its id. */
function fieldsOf({ method, path }: HttpRequest, answer?: HttpAnswer): ErrorFields {
  const id = answer?.headers['x-request-id'];
  const operation = `${method} ${path}`;
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? { operation, requestId: id } : { operation };
}

/** What it says. `value`: undefined: no JSON. `words`: the service's own, but for 422, which repeats what it was sent. */
function read({ body, status }: HttpAnswer) {
  const text = body?.toString('utf8') ?? '';
  const page = /^\s*</.test(text) ? 'a page of HTML' : null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Somebody else's.
  }
  const { detail } = (value ?? {}) as { detail?: unknown };
  const isOwnError = typeof detail === 'string';
  const words = value === undefined ? (page ?? text.trim()) : isOwnError ? detail : '';
  return { value, isOwnError, page, words: status === 422 ? 'the request is not as it expects' : clip(words) };
}
