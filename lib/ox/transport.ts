/**
 * Posts requests over kept-alive connections (SPEC 8): verified TLS, time limits, a limit on the answer's size, no
 * redirects. What is sent twice is decided here alone: a read, once, when a kept connection turns out to be stale.
 */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';

export interface TransportSettings {
  readonly soapServer: string;
  /** Seconds. */
  readonly timeout: number;
  /** Certificates in PEM form, read when the first https connection is made. */
  readonly readCertificates: () => string;
  readonly connections: number;
}

export interface PostRequest {
  readonly path: string;
  readonly action: string;
  readonly body: string;
  readonly isRead: boolean;
  /** Takes the body of an answer with status 200 in UTF-8 piece by piece as it comes: it is not collected then. */
  readonly takeBody?: ((piece: Buffer) => void) | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** null: it was taken. */
  readonly body: Buffer | null;
}

export interface Transport {
  post(request: PostRequest): Promise<HttpAnswer>;
  close(): void;
}

export type TransportFailure = 'unreachable' | 'tls' | 'timeout' | 'invalid' | 'large';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Connecting takes milliseconds or does not work at all; the answer may take as long as the setting allows. */
const CONNECT_SECONDS = 15;

/** A kept connection that idled longer than this is not used again: OX may be closing it just now. */
const IDLE_MILLISECONDS = 2000;

export function createTransport(settings: TransportSettings): Transport {
  const url = new URL(settings.soapServer);
  const secure = url.protocol === 'https:';
  const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
  const agent: Agent = new http.Agent({
    keepAlive: true,
    maxSockets: settings.connections,
    timeout: IDLE_MILLISECONDS,
    ...(secure ? { ca: settings.readCertificates(), rejectUnauthorized: true } : {}),
  });
  const base: RequestOptions = {
    agent,
    method: 'POST',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? 443 : 80),
  };
  const prefix = url.pathname.replace(/\/+$/, '');

  let lastUsed = 0;

  const postOnce = async (request: PostRequest): Promise<HttpAnswer> => {
    // The agent's own limit is a timer, which a long answer keeps from running while it is read.
    if (Date.now() - lastUsed > IDLE_MILLISECONDS) {
      dropIdleConnections(agent);
    }
    const options: RequestOptions = {
      ...base,
      path: prefix + request.path,
      headers: {
        'Content-Type': 'text/xml; charset=utf-8',
        'Content-Length': Buffer.byteLength(request.body),
        SOAPAction: `"${request.action}"`,
        Accept: 'text/xml',
      },
    };
    const answer = await exchange(http.request(options), request, settings.timeout);
    lastUsed = Date.now();
    return answer;
  };

  return {
    async post(request) {
      try {
        return await postOnce(request);
      } catch (error) {
        if (!(error instanceof StaleConnection)) {
          throw error;
        }
        if (!request.isRead) {
          throw error.reason;
        }
      }
      // A second stale connection is an outage.
      return await postOnce(request).catch((error: unknown) => {
        throw error instanceof StaleConnection ? error.reason : error;
      });
    },
    close: () => agent.destroy(),
  };
}

function dropIdleConnections(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) {
      socket.destroy();
    }
  }
}

/** A kept-alive connection broke before a byte of the answer came. */
class StaleConnection extends Error {
  readonly reason: TransportError;

  constructor(reason: TransportError) {
    super(reason.message);
    this.reason = reason;
  }
}

function exchange(request: ClientRequest, { body, takeBody }: PostRequest, timeout: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let answering = false;
    const giveUp = (error: unknown): void => {
      clearTimeout(whole);
      clearTimeout(connecting);
      request.destroy();
      reject(error);
    };
    const fail = (error: Error): void => {
      const failure = error instanceof TransportError ? error : describe(error, answering);
      const isStale = request.reusedSocket && !answering && failure.failure === 'unreachable';
      giveUp(isStale ? new StaleConnection(failure) : failure);
    };
    const late = (message: string): void => fail(new TransportError('timeout', message));
    const whole = setTimeout(
      () => late(`no complete answer within ${timeout} seconds (OX_SOAP_TIMEOUT)`),
      timeout * 1000,
    );
    const connectLimit = Math.min(CONNECT_SECONDS, timeout);
    let connecting: NodeJS.Timeout | undefined;
    const connected = (): void => clearTimeout(connecting);

    request.on('error', fail);
    request.on('socket', (socket) => {
      if (socket.connecting) {
        connecting = setTimeout(() => late(`no connection within ${connectLimit} seconds`), connectLimit * 1000);
        socket.once('connect', connected);
      }
    });
    request.on('response', (response) => {
      answering = true;
      connected();
      const done = (collected: Buffer | null): void => {
        clearTimeout(whole);
        const contentType = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, contentType, body: collected });
      };
      collect(response, isTaken(response) ? takeBody : undefined, { done, fail, giveUp });
    });
    request.end(body);
  });
}

function isTaken({ statusCode, headers }: IncomingMessage): boolean {
  const isPlain = (headers['content-encoding'] ?? 'identity') === 'identity';
  return statusCode === 200 && isPlain && charsetOf(headers['content-type'] ?? '') === 'utf-8';
}

export function charsetOf(contentType: string): string {
  return /charset="?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
}

interface Ends {
  readonly done: (body: Buffer | null) => void;
  readonly fail: (error: Error) => void;
  /** Ends with the very error. */
  readonly giveUp: (error: unknown) => void;
}

/** Answers through one of the ends: an async iterator would cost as much as the rest of a call. */
function collect(
  response: IncomingMessage,
  take: ((piece: Buffer) => void) | undefined,
  { done, fail, giveUp }: Ends,
): void {
  const chunks: Buffer[] = [];
  const keep = take ?? ((chunk: Buffer) => void chunks.push(chunk));
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      fail(tooLarge());
      return;
    }
    try {
      keep(chunk);
    } catch (error) {
      giveUp(error);
    }
  });
  response.on('error', fail);
  response.on('end', () => {
    if (!response.complete) {
      fail(new TransportError('invalid', 'the answer ended before it was complete'));
      return;
    }
    if (take) {
      done(null);
      return;
    }
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
    const encoding = response.headers['content-encoding'] ?? 'identity';
    try {
      done(encoding === 'identity' ? body : decompress(body, encoding));
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** We do not ask for compression, but a proxy may be set up to compress all the same. */
function decompress(body: Buffer, encoding: string): Buffer {
  const zlib = process.getBuiltinModule('node:zlib');
  const expand = { gzip: zlib.gunzipSync, 'x-gzip': zlib.gunzipSync, deflate: zlib.inflateSync }[
    encoding.toLowerCase()
  ];
  if (!expand) {
    throw new TransportError('invalid', `the answer is encoded as ${encoding.slice(0, 20)}, which was not asked for`);
  }
  try {
    return expand(body, { maxOutputLength: MAX_ANSWER_BYTES });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge();
    }
    throw new TransportError('invalid', 'the answer cannot be decompressed', error);
  }
}

function tooLarge(): TransportError {
  return new TransportError('large', `the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`);
}

const TLS = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/;

function describe(error: Error, answering: boolean): TransportError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (TLS.test(code)) {
    return new TransportError('tls', `${error.message} (${code})`, error);
  }
  if (answering || code.startsWith('HPE_')) {
    return new TransportError('invalid', `the answer broke off: ${error.message}`, error);
  }
  const inner =
    error instanceof AggregateError
      ? error.errors.map((each) => String((each as Error).message)).join(', ')
      : error.message;
  return new TransportError('unreachable', inner || code, error);
}
