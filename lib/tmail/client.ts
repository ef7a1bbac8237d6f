/** Requests to WebAdmin: secret, retries, and what an answer means for the run (outage, login, or this object alone). */
import { ConnectorError } from '../errors/connector-error.ts';
import {
  createTransport,
  type HttpAnswer,
  type HttpRequest,
  type Transport,
  type TransportSettings,
} from '../http/transport.ts';
import { TransportError } from '../http/transport-error.ts';
import type { ServerSettings } from './configuration.ts';
import { remedyForAnswer } from './remedies.ts';

type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

export interface Call {
  readonly method: Method;
  /** With every segment encoded. */
  readonly path: string;
  readonly body?: string;
  /** What it is about, for the one who reads the error: `alias info@example.org of anna@example.org`. */
  readonly object: string;
  /** Statuses beside 2xx that are an answer and no failure. */
  readonly expects?: readonly number[];
  /** false: sent twice it would act twice. Default: true, but for POST. */
  readonly repeatable?: boolean;
  /** So many seconds the server waits by itself before it answers. */
  readonly waits?: number;
  /** Nothing goes without it: any failure of the server is an outage. */
  readonly vital?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Throws TMAIL_UNREACHABLE where the answer is no JSON, or not of this form. */
  json(isRight?: (value: unknown) => boolean): unknown;
}

export interface TmailClient {
  call(call: Call): Promise<Answer>;
  /** Requests made so far. */
  readonly calls: number;
  close(): void;
}

export interface ClientSettings extends ServerSettings {
  readonly connections: number;
  readonly readCertificates: () => string;
  readonly onExchange?: TransportSettings['onExchange'];
  /** Before the first repetition; twice as long before the second. */
  readonly pauseMilliseconds?: number;
}

/** The mappings of a million users are less. */
const MAX_ANSWER_BYTES = 1024 * 1024 * 1024;

const REPETITIONS = 2;
const PAUSE_MILLISECONDS = 200;

export function createTmailClient(settings: ClientSettings): TmailClient {
  let transport: Transport | null = null;
  let calls = 0;
  const { secret, pauseMilliseconds = PAUSE_MILLISECONDS } = settings;
  const headers: HttpRequest['headers'] = {
    Accept: 'application/json',
    ...(secret === null
      ? {}
      : secret.kind === 'token'
        ? { Authorization: `Bearer ${secret.value}` }
        : { Password: secret.value }),
  };

  return {
    async call(call) {
      const { method, path, body } = call;
      const repetitions = (call.repeatable ?? method !== 'POST') ? REPETITIONS : 0;
      for (let n = 0; ; n += 1) {
        transport ??= createTransport({ ...settings, maxAnswerBytes: MAX_ANSWER_BYTES });
        calls += 1;
        try {
          const answer = await transport.send({
            method,
            path,
            headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
            body,
            about: fieldsOf(call),
            isRepeatable: false,
            timeout: settings.timeout + (call.waits ?? 0),
          });
          if (answer.status < 500 || n === repetitions) {
            return judge(answer, call, settings.url);
          }
        } catch (error) {
          if (!(error instanceof TransportError)) {
            throw error;
          }
          if (n === repetitions || error.failure === 'tls') {
            throw outage(error.message, call, settings.url, error);
          }
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds * (n + 1)));
      }
    },
    get calls() {
      return calls;
    },
    close: () => transport?.close(),
  };
}

function judge({ status, body }: HttpAnswer, call: Call, url: string): Answer {
  const text = body?.toString('utf8') ?? '';
  // A proxy that has nobody behind it: what the server itself does not have it says in its own form, or without a word. How
  // TMail says it of contacts nobody has seen.
  if (status === 404 && text.trim() !== '' && !isOwnError(text) && !call.path.startsWith('/domains/')) {
    throw outage(`it answers 404 ${wordsOf(text)}`, call, url);
  }
  if ((status >= 200 && status < 300) || call.expects?.includes(status)) {
    return {
      status,
      text,
      json: (isRight) => {
        const value = parse(text);
        if (value === undefined || isRight?.(value) === false) {
          throw outage(`the answer is ${value === undefined ? 'no JSON' : 'not the one of WebAdmin'}`, call, url);
        }
        return value;
      },
    };
  }
  if (status === 401 || status === 403) {
    throw new ConnectorError(
      'TMAIL_CREDENTIALS',
      `the server refuses the ${status === 401 ? 'token or password' : 'change: the password may only read, or not delete'} (${call.method} ${call.path}: ${status} ${wordsOf(text)})`,
      {
        fields: fieldsOf(call),
        remedy:
          status === 401
            ? 'Put a valid token (JWT, admin: true, not expired) or password into the file that server.token_file or server.password_file names.'
            : 'Take the password that may change everything.',
      },
    );
  }
  if ([429, 502, 503, 504].includes(status) || call.vital === true || (status >= 300 && status < 400)) {
    throw outage(`it answers ${status} ${wordsOf(text)}`.trim(), call, url);
  }
  const words = wordsOf(text);
  throw new ConnectorError('TMAIL_REFUSED', `the server refuses ${call.object}: ${status} ${words}`.trim(), {
    fields: { ...fieldsOf(call), status },
    remedy: remedyForAnswer(status, words),
  });
}

function outage(message: string, call: Call, url: string, cause?: unknown): ConnectorError {
  return new ConnectorError('TMAIL_UNREACHABLE', `${url} cannot be used: ${message} (${call.method} ${call.path})`, {
    fields: fieldsOf(call),
    cause,
    remedy:
      'Check that the server is running, that server.url is the address of its WebAdmin, and the proxies in between. The next run goes on from here.',
  });
}

function fieldsOf({ method, path, object }: Call): { operation: string; object: string } {
  return { operation: `${method} ${path}`, object };
}

/** The server's own words: the cause often stands in `details` only. */
function wordsOf(text: string): string {
  const answer = (parse(text) ?? null) as { message?: unknown; details?: unknown } | null;
  if (answer === null) {
    return /^\s*</.test(text) ? 'a page of HTML' : text.trim();
  }
  const words = [answer.message, answer.details].filter((each) => typeof each === 'string' && each !== '');
  return [...new Set(words)].join(': ');
}

function isOwnError(text: string): boolean {
  return typeof (parse(text) as { statusCode?: unknown } | null | undefined)?.statusCode === 'number';
}

/** undefined: it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRefusal(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.code === 'TMAIL_REFUSED';
}
