/**
 * Sends requests over kept-alive connections: verified TLS, time limits, a limit on the answer's size, no redirects. What is
 * sent twice is decided here alone: what may be repeated, once, when a kept connection turns out to be stale.
 */
import type { Agent, ClientRequest, IncomingHttpHeaders, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { collect, isTakeable } from './body.ts';
import { asTransportError, TransportError } from './transport-error.ts';

export interface TransportSettings {
  /** Paths are below it. */
  readonly url: string;
  /** Seconds. */
  readonly timeout: number;
  /** The name of that setting, for the one who reads the error. */
  readonly timeoutSetting?: string;
  /** Certificates in PEM form, read when the first https connection is made. */
  readonly readCertificates: () => string;
  readonly connections: number;
  /** Told of every request that came to an end: never what was said in it. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** The most that an answer may have, decompressed; default: `MAX_ANSWER_BYTES`. */
  readonly maxAnswerBytes?: number;
}

export interface Exchange {
  readonly about: About;
  /** Of the answer, or what failed. */
  readonly result: number | string;
  readonly milliseconds: number;
  /** Of the answer. */
  readonly bytes: number;
}

/** For those who look on. */
interface About {
  readonly service?: string | undefined;
  readonly operation: string;
  readonly object?: string | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | null | undefined;
  /** Where method and path do not tell. */
  readonly about?: About | undefined;
  /** It changes nothing, or nothing more the second time. */
  readonly isRepeatable: boolean;
  /** Takes the body of an answer with status 200 in UTF-8 piece by piece as it comes: it is not collected then. */
  readonly takeBody?: ((piece: Buffer) => void) | undefined;
  /** Seconds, where it is another than that of the settings. */
  readonly timeout?: number;
  /** Breaks the request off at once. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly contentType: string;
  /** null: it was taken. */
  readonly body: Buffer | null;
  /** Of the body, as they came. */
  readonly bytes: number;
  /** Until when the server's certificate is valid; null: no https. To be asked before the transport is closed. */
  readonly certificateEnd: () => Date | null;
}

export interface Transport {
  /** Throws TransportError. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Connecting takes milliseconds or does not work at all; the answer may take as long as the setting allows. */
const CONNECT_SECONDS = 15;

/** A kept connection that idled longer than this is not used again: the server may be closing it just now. */
const IDLE_MILLISECONDS = 2000;

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
  const base: RequestOptions = {
    agent,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? 443 : 80),
  };
  const prefix = url.pathname.replace(/\/+$/, '');

  let lastUsed = 0;

  const sendOnce = async (request: HttpRequest): Promise<HttpAnswer> => {
    // The agent's own limit is a timer, which a long answer keeps from running while it is read.
    if (Date.now() - lastUsed > IDLE_MILLISECONDS) {
      for (const socket of Object.values(agent.freeSockets).flat()) {
        socket?.destroy();
      }
    }
    const { method, path, signal } = request;
    const started = process.hrtime.bigint();
    const tell = (result: number | string, bytes: number): void => {
      const milliseconds = Number((process.hrtime.bigint() - started) / 1_000_000n);
      const about = request.about ?? { operation: `${method} ${path}` };
      settings.onExchange?.({ about, result, milliseconds, bytes });
    };
    try {
      const headers = { ...request.headers, ...lengthOf(request) };
      const begun = http.request({ ...base, method, path: prefix + path, headers, signal });
      const answer = await exchange(begun, request, settings);
      lastUsed = Date.now();
      tell(answer.status, answer.bytes);
      return answer;
    } catch (error) {
      const failure = error instanceof TransportError ? error.failure : 'invalid';
      tell(error instanceof StaleConnection ? 'stale connection' : failure, 0);
      throw error;
    }
  };

  return {
    async send(request) {
      try {
        return await sendOnce(request);
      } catch (error) {
        if (!(error instanceof StaleConnection) || !request.isRepeatable) {
          throw error;
        }
      }
      // A second stale connection is an outage.
      return await sendOnce(request);
    },
    close: () => agent.destroy(),
  };
}

function lengthOf({ method, body }: HttpRequest): OutgoingHttpHeaders {
  const hasNone = (method === 'GET' || method === 'HEAD') && !body;
  return hasNone ? {} : { 'Content-Length': Buffer.byteLength(body ?? '') };
}

/** A kept-alive connection broke before a byte of the answer came. */
class StaleConnection extends TransportError {}

function exchange(
  request: ClientRequest,
  { body, takeBody, signal, ...wish }: HttpRequest,
  settings: TransportSettings,
) {
  return new Promise<HttpAnswer>((resolve, reject) => {
    const { timeout = settings.timeout } = wish;
    let answering = false;
    let connecting: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(whole);
      clearTimeout(connecting);
    };
    const giveUp = (error: unknown): void => {
      end();
      request.destroy();
      reject(error);
    };
    const fail = (error: Error): void => {
      const failure = signal?.aborted
        ? new TransportError('aborted', 'the request was broken off')
        : asTransportError(error, answering);
      const isStale = request.reusedSocket && !answering && failure.failure === 'unreachable';
      giveUp(isStale ? new StaleConnection('unreachable', failure.message, failure.cause) : failure);
    };
    const connectLimit = Math.min(CONNECT_SECONDS, timeout);
    const notConnected = (): void =>
      fail(new TransportError('unreachable', `no connection within ${connectLimit} seconds`));
    const late = (): void => {
      const setting = settings.timeoutSetting ? ` (${settings.timeoutSetting})` : '';
      fail(new TransportError('timeout', `no complete answer within ${timeout} seconds${setting}`));
    };
    const whole = setTimeout(() => (request.socket?.connecting ? notConnected() : late()), timeout * 1000);

    request.on('error', fail);
    request.on('socket', (socket) => {
      if (socket.connecting) {
        connecting = setTimeout(() => socket.connecting && notConnected(), connectLimit * 1000);
      }
    });
    request.on('response', (response) => {
      // The answer has it no more at its end.
      const { socket } = response;
      answering = true;
      const done = (collected: Buffer | null, bytes: number): void => {
        end();
        const { headers, statusCode } = response;
        const contentType = headers['content-type'] ?? '';
        const certificateEnd = (): Date | null =>
          'getPeerCertificate' in socket ? new Date((socket as TLSSocket).getPeerCertificate().valid_to) : null;
        resolve({ status: statusCode ?? 0, headers, contentType, body: collected, bytes, certificateEnd });
      };
      const limit = settings.maxAnswerBytes ?? MAX_ANSWER_BYTES;
      collect(response, isTakeable(response) ? takeBody : undefined, limit, { done, fail, giveUp });
    });
    request.end(body ?? undefined);
  });
}
