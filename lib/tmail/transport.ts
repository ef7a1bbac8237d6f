/** Sends requests over kept-alive connections: verified TLS, time limits, a limit on the answer's size, no redirects. */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';

export interface TransportSettings {
  readonly url: string;
  /** Seconds. */
  readonly timeout: number;
  readonly connections: number;
  /** Certificates in PEM form, read when the first https connection is made. */
  readonly readCertificates: () => string;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: 'unreachable' | 'tls';

  constructor(failure: 'unreachable' | 'tls', message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

/** The mappings of a million users are less. */
const MAX_ANSWER_BYTES = 1024 * 1024 * 1024;

const IDLE_MILLISECONDS = 5000;

export function createTransport(settings: TransportSettings): Transport {
  const url = new URL(settings.url);
  const secure = url.protocol === 'https:';
  const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
  const agent: Agent = new http.Agent({
    keepAlive: true,
    maxSockets: settings.connections,
    timeout: IDLE_MILLISECONDS,
    ...(secure ? { ca: settings.readCertificates(), rejectUnauthorized: true } : {}),
  });
  const base = { agent, host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port || (secure ? 443 : 80) };
  const prefix = url.pathname.replace(/\/+$/, '');
  return {
    send({ method, path, headers, body }) {
      const about =
        body === null
          ? { 'Content-Length': 0 }
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const request = http.request({
        ...base,
        method,
        path: prefix + path,
        headers: { ...headers, Accept: 'application/json', ...(method === 'GET' || method === 'HEAD' ? {} : about) },
      });
      return exchange(request, body, settings.timeout);
    },
    close: () => agent.destroy(),
  };
}

function exchange(request: ClientRequest, body: string | null, timeout: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(limit);
      reject(error instanceof TransportError ? error : describe(error));
      request.destroy();
    };
    const limit = setTimeout(
      () => fail(new TransportError('unreachable', `no complete answer within ${timeout} seconds`)),
      timeout * 1000,
    );
    request.on('error', fail);
    request.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > MAX_ANSWER_BYTES) {
          fail(new TransportError('unreachable', 'the answer is far too large'));
        }
      });
      response.on('error', fail);
      response.on('end', () => {
        if (!response.complete) {
          fail(new TransportError('unreachable', 'the answer ended before it was complete'));
          return;
        }
        clearTimeout(limit);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks, size) });
      });
    });
    request.end(body ?? undefined);
  });
}

const TLS = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/;

function describe(error: Error): TransportError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (TLS.test(code)) {
    return new TransportError('tls', `${error.message} (${code})`, error);
  }
  const inner =
    error instanceof AggregateError
      ? error.errors.map((each) => String((each as Error).message)).join(', ')
      : error.message;
  return new TransportError('unreachable', inner || code, error);
}
